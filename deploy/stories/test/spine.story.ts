import { eventually } from '@made-open/testing';
import {
  ContactsServer,
  sampleContacts,
  sampleHost,
  samplePlugin,
  type Contact,
} from '@made-open/sample';
import type { Entity, Page } from './platform/api-client.ts';
import { startStory, type Story } from './platform/story.ts';
import { connect, install, push, settledRun, sync } from './platform/steps.ts';

interface Hit {
  id: string;
  title: string;
}

describe('the spine: push a connector, run it, find what it brought', () => {
  let source: ContactsServer;
  let story: Story;
  let contacts: Contact[];
  let connectionId: string;

  beforeAll(async () => {
    contacts = sampleContacts(250);
    source = await ContactsServer.start({ apiKey: 'sample-key-1234567', contacts, pageSize: 50 });
    story = await startStory({ [sampleHost]: source });
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
  });

  const persons = (): Promise<Entity[]> => story.client.all<Entity>('/persons?limit=100');
  const search = async (query: string): Promise<Hit[]> =>
    (await story.client.get<Page<Hit>>(`/search?q=${encodeURIComponent(query)}`)).data;

  it('keeps a pushed version inactive until its permissions are approved', async () => {
    const pushed = await push(story.admin, samplePlugin());
    expect(pushed).toMatchObject({
      id: 'com.example.my-connector',
      version: '0.1.0',
      state: 'awaiting_approval',
    });
    expect(pushed.permissions_required).toContain('network:outbound:api.example.com');
  });

  it('brings every contact, through throttling, failures and a cut-off answer', async () => {
    const faults = ['throttle', 'server_error', 'cut_off'] as const;
    source.faultOf = (request) => (request % 2 === 0 ? faults[request / 2] : undefined);
    const pluginId = await install(story.admin, samplePlugin());
    connectionId = await connect(story.admin, pluginId, { apiKey: 'sample-key-1234567' });
    const run = await settledRun(story.admin, connectionId);
    expect(run).toMatchObject({ state: 'completed', counts: { created: 250 } });
    expect((await persons()).map((person) => person.source.external_id).toSorted()).toEqual(
      contacts.map((contact) => contact.id),
    );
    source.faultOf = () => undefined;
  });

  it('shows the runner that takes its work', async () => {
    const { data } = await story.admin.get<Page<object>>('/runners');
    expect(data).toMatchObject([
      { plugin_id: 'com.example.my-connector', state: 'running', wanted: 1, ready: 1, crashes: 0 },
    ]);
  });

  it('finds a contact by search', async () => {
    const hits = await eventually(async () => {
      const found = await search('Lovelace');
      if (found.length === 0) throw new Error('not indexed yet');
      return found;
    });
    expect(hits[0]?.title).toContain('Lovelace');
  });

  it('serves one contact with an ETag and answers 304 while it is unchanged', async () => {
    const [person] = await persons();
    const { headers, body } = await story.client.request('GET', `/persons/${person?.id ?? ''}`);
    expect(body).toMatchObject({ id: person?.id, version: 1 });
    const again = await fetch(`${story.gatewayUrl}/persons/${person?.id ?? ''}`, {
      headers: { Authorization: `Bearer ${story.key}`, 'If-None-Match': headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it('is silent when nothing changed', async () => {
    const before = await story.lastSequence('DATA');
    const run = await sync(story.admin, connectionId);
    expect(run).toMatchObject({ state: 'completed', counts: { unchanged: 250 } });
    expect(run.counts).not.toMatchObject({ created: expect.any(Number) as number, updated: 1 });
    expect(await story.lastSequence('DATA')).toBe(before);
  });

  it('makes one Updated of a changed contact', async () => {
    const before = await story.lastSequence('DATA');
    source.contacts = contacts.map((contact) =>
      contact.id === 'contact-000003' ? { ...contact, name: 'Edsger Wybe' } : contact,
    );
    const run = await sync(story.admin, connectionId);
    expect(run).toMatchObject({ state: 'completed', counts: { updated: 1, unchanged: 249 } });
    await eventually(async () => expect(await story.lastSequence('DATA')).toBe(before + 1));
    await eventually(async () =>
      expect((await search('Wybe')).map((hit) => hit.title)).toEqual(['Edsger Wybe']),
    );
  });

  it('removes what is gone at the source', async () => {
    source.contacts = source.contacts.filter((contact) => contact.id !== 'contact-000003');
    const run = await sync(story.admin, connectionId);
    expect(run).toMatchObject({ state: 'completed', counts: { deleted: 1 } });
    expect((await persons()).map((person) => person.source.external_id)).not.toContain(
      'contact-000003',
    );
    await eventually(async () => expect(await search('Wybe')).toEqual([]));
  });

  it('tells a client that listens of each change, in order, also of those before it came', async () => {
    const { body } = await fetch(`${story.gatewayUrl}/stream?type=person`, {
      headers: { Authorization: `Bearer ${story.key}`, 'Last-Event-ID': '0' },
    });
    let text = '';
    for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      if (text.includes('event: data.PersonDeleted')) break;
    }
    const events = [...text.matchAll(/^event: data\.(\w+)$/gmu)].map(([, name]) => name);
    const created = Array.from({ length: 250 }, () => 'PersonCreated');
    expect(events).toEqual([...created, 'PersonUpdated', 'PersonDeleted']);
  });

  it('shows neither the config in any answer nor in any log', async () => {
    const connection = await story.admin.get(`/connections/${connectionId}`);
    expect(JSON.stringify(connection)).not.toContain('sample-key');
    expect(story.logText()).not.toContain('sample-key-1234567');
  });
});
