import { eventually } from '@made-open/testing';
import { sampleContacts, sampleHost, samplePlugin } from '@made-open/sample';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Entity, Page, Run } from './platform/api-client.ts';
import { ScriptedSource, sendJson } from './sources/scripted-source.ts';
import { connect, install, settledRun, sync } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

const apiKey = 'sources-key-5551234';
const pageSize = 20;
const count = 60;

/** What a request is answered with instead of its page; undefined lets the page through. */
type Instead = (request: IncomingMessage, response: ServerResponse, cursor: number) => boolean;

describe('sources: whatever a source answers, a sync ends rightly and nothing is lost', () => {
  let source: ScriptedSource;
  let story: Story;
  let connectionId: string;
  let contacts: unknown[];
  let instead: Instead;

  const page = (request: IncomingMessage, response: ServerResponse): void => {
    const cursor = Number(new URL(request.url ?? '', 'https://x').searchParams.get('cursor') ?? 0);
    if (instead(request, response, cursor)) return;
    const end = cursor + pageSize;
    sendJson(response, 200, {
      contacts: contacts.slice(cursor, end),
      ...(end < contacts.length ? { nextCursor: String(end) } : {}),
    });
  };
  /** Answers the first `times` requests of one page in another way. */
  const faulty = (
    times: number,
    atCursor: number,
    fault: (response: ServerResponse) => void,
  ): void => {
    let left = times;
    instead = (_request, response, cursor) => {
      if (cursor !== atCursor || left === 0) return false;
      left--;
      fault(response);
      return true;
    };
  };
  const allPersons = (): Promise<Entity[]> => story.client.all<Entity>('/persons?limit=200');
  const expectAllThere = async (): Promise<void> => {
    const ids = (await allPersons()).map((person) => person.source.external_id).toSorted();
    expect(ids).toEqual(sampleContacts(count).map(({ id }) => id));
  };

  beforeAll(async () => {
    source = await ScriptedSource.start([sampleHost], page);
    story = await startStory({ [sampleHost]: source });
  });
  beforeEach(() => {
    contacts = sampleContacts(count);
    instead = () => false;
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
  });

  it('takes an empty source for what it is', async () => {
    contacts = [];
    connectionId = await connect(story.admin, await install(story.admin, samplePlugin()), {
      apiKey,
    });
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { items: 0, created: 0 },
    });
    expect(await allPersons()).toEqual([]);
  });

  it('brings everything through a server error', async () => {
    faulty(2, pageSize, (response) => sendJson(response, 500, { error: 'internal' }));
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: count },
    });
    await expectAllThere();
  });

  const passing: [string, (response: ServerResponse) => void][] = [
    [
      'a connection that is cut in the middle of a body',
      (response) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 9999 });
        response.write('{"contacts":[{"id":"contact-0000');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    ['a connection that is cut before the answer', (response) => void response.destroy()],
    ['a short Retry-After', (response) => sendJson(response, 429, {}, { 'Retry-After': '1' })],
    [
      'JSON that breaks off',
      (response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end('{"contacts":[{"id":"contact-000000","name":');
      },
    ],
  ];
  it.each(passing)('gets over %s', async (_, fault) => {
    faulty(1, pageSize, fault);
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { unchanged: count, deleted: 0 },
    });
  });

  it('parks a run as long as the source asks, and then goes on with it', async () => {
    faulty(1, pageSize, (response) => sendJson(response, 429, {}, { 'Retry-After': '25' }));
    const { run } = await story.admin.post<{ run: Run }>(`/connections/${connectionId}/sync`);
    await eventually(async () => {
      const { state } = await story.admin.get<Run>(`/runs/${run.id}`);
      expect(state).toBe('parked');
    });
    const ended = await settledRun(story.admin, connectionId);
    expect(ended).toMatchObject({ id: run.id, state: 'completed', counts: { deleted: 0 } });
    await expectAllThere();
  });

  it('says of a parked run why and until when it waits, and goes on at once when someone asks', async () => {
    faulty(1, pageSize, (response) => sendJson(response, 429, {}, { 'Retry-After': '36000' }));
    const { run } = await story.admin.post<{ run: Run }>(`/connections/${connectionId}/sync`);
    await eventually(async () => {
      expect(await story.admin.get<Run>(`/runs/${run.id}`)).toMatchObject({
        state: 'parked',
        resumes_at: expect.stringContaining('T') as unknown,
        error: { code: 'source.retry_after' },
      });
    });
    // The run that is parked is the one that is open: no second one begins beside it.
    const again = await story.admin.post<{ run: Run }>(`/connections/${connectionId}/sync`);
    expect(again).toMatchObject({
      run: { id: run.id, state: 'queued', resumes_at: null, error: { code: 'source.retry_after' } },
      already_running: true,
    });
    const ended = await settledRun(story.admin, connectionId);
    expect(ended).toMatchObject({
      id: run.id,
      state: 'completed',
      error: null,
      counts: { deleted: 0 },
    });
    await expectAllThere();
  });

  it('fails at once when the key was revoked, says so, and removes nothing', async () => {
    faulty(1, pageSize * 2, (response) => sendJson(response, 401, { error: 'invalid_key' }));
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'failed',
      error: { code: 'http.status', message: expect.stringContaining('HTTP 401') as unknown },
    });
    await expectAllThere();
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { unchanged: count },
    });
  });

  it('begins again by itself when a page token has expired, and shows why it waits', async () => {
    faulty(1, pageSize * 2, (response) => sendJson(response, 410, { error: 'cursor_expired' }));
    const { run } = await story.admin.post<{ run: Run }>(`/connections/${connectionId}/sync`);
    await eventually(async () =>
      expect(await story.admin.get<Run>(`/runs/${run.id}`)).toMatchObject({
        state: 'parked',
        error: { code: 'http.status', message: expect.stringContaining('HTTP 410') as unknown },
      }),
    );
    await expectAllThere();
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      id: run.id,
      state: 'completed',
      error: null,
      counts: { created: 0, updated: 0, deleted: 0 },
    });
  });

  it('quarantines items that do not fit the model, lands the rest, and releases them once they fit', async () => {
    const bad = [
      { ...sampleContacts(1)[0], name: 42 },
      { id: 'contact-nul', name: 'N\u0000l', email: 'nul@example.com' },
      { id: 'contact-half', name: 'Half \ud800', email: 'half@example.com' },
    ];
    contacts = [
      ...bad,
      ...sampleContacts(count).slice(1),
      { ...sampleContacts(count)[2], name: 'New Name' },
    ];
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { quarantined: 3, deleted: 0 },
    });
    const { data } = await story.admin.get<Page<{ external_id: string; reason: string }>>(
      `/connections/${connectionId}/quarantine`,
    );
    const reasons = data.map(({ external_id, reason }) => `${external_id}: ${reason}`).toSorted();
    expect(reasons).toEqual([
      expect.stringMatching(/^contact-000000: display_name must be a text/u),
      expect.stringMatching(/^contact-half: .*display_name/u),
      expect.stringMatching(/^contact-nul: .*display_name/u),
    ]);
    const persons = await allPersons();
    expect(persons.map((person) => person.display_name)).toContain('New Name');
    expect(persons).toHaveLength(count);

    contacts = sampleContacts(count);
    expect(await sync(story.admin, connectionId)).toMatchObject({ state: 'completed' });
    const after = await story.admin.get<Page<unknown>>(`/connections/${connectionId}/quarantine`);
    expect(after.data.filter((item) => JSON.stringify(item).includes('contact-000000'))).toEqual(
      [],
    );
    await expectAllThere();
  });

  it('takes an item that stands on two pages once', async () => {
    const [first] = sampleContacts(1);
    contacts = [...sampleContacts(count), first, first];
    const since = await story.lastSequence('DATA');
    expect(await sync(story.admin, connectionId)).toMatchObject({ state: 'completed' });
    await expectAllThere();
    expect(await story.lastSequence('DATA')).toBe(since);
  });

  it('asks a person before it removes most of what was there', async () => {
    contacts = sampleContacts(5);
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      sweep_held: true,
      counts: { deleted: 0 },
    });
    await expectAllThere();
    const decided = await story.admin.post<{ id: string }>(`/connections/${connectionId}/sweep`, {
      carry_out: true,
    });
    await eventually(async () =>
      expect(await story.admin.get(`/tasks/${decided.id}`)).toMatchObject({
        state: 'done',
        affected: count - 5,
      }),
    );
    expect(await allPersons()).toHaveLength(5);
  });

  it('has told each change once, in order, and never a thing of the config', async () => {
    const events = await eventually(async () => {
      const seen = await story.events('DATA', 0);
      const deleted = seen.filter(({ type }) => type === 'data.PersonDeleted');
      expect(deleted).toHaveLength(count - 5);
      return seen;
    });
    const created = events.filter(({ type }) => type === 'data.PersonCreated');
    expect(created).toHaveLength(count);
    const versions = new Map<string, number>();
    for (const { data } of events) {
      const { entity_id: id, version } = (data['entity'] ?? data['origin'] ?? data) as {
        entity_id: string;
        version: number;
      };
      expect(version).toBeGreaterThan(versions.get(id) ?? 0);
      versions.set(id, version);
    }
    expect(story.filesWith([apiKey])).toEqual([]);
  });
});
