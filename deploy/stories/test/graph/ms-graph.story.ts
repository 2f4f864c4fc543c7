import { graphHost, graphPlugin, GraphServer, type GraphEntity } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { Entity, Page, Run } from '../platform/api-client.ts';
import { connect, fileContent, install, settledRun, sync } from '../platform/steps.ts';
import { startStory, type Story } from '../platform/story.ts';
import { bySource, changesSince, countsOf, idsOf, inboxOf, one } from '../sources/graph-account.ts';

const all = Object.values(bySource).reduce((sum, count) => sum + count, 0);

describe('the Microsoft Graph connector', () => {
  let graph: GraphServer;
  let story: Story;
  let token: string;
  let connectionId: string;

  const config = (): Record<string, unknown> => ({ accessToken: token, tenantId: 'contoso' });

  beforeAll(async () => {
    graph = await GraphServer.start();
    token = graph.issueToken();
    story = await startStory({ [graphHost]: graph });
  });
  afterAll(async () => {
    await story?.stop();
    await graph?.stop();
  });

  it('brings an account by the manifest of the founding guide, 0.1.0', async () => {
    const id = await install(story.admin, graphPlugin('0.1.0'));
    connectionId = await connect(story.admin, id, config());
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: all, quarantined: 0, deleted: 0 },
    });
    expect(await countsOf(story)).toEqual(bySource);
  });

  it('goes on from the same delta links as 0.2.0, silently when nothing has changed', async () => {
    await install(story.admin, graphPlugin('0.2.0'));
    const since = await story.lastSequence('DATA');
    const seen = graph.requests.length;
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { items: 0, created: 0, updated: 0, deleted: 0 },
    });
    expect(await changesSince(story, since)).toEqual([]);
    const paths = graph.requests.slice(seen).map(({ path }) => path);
    // Nobody asks for more than the folders and one page of changes of each.
    expect(paths.filter((path) => path.includes('/messages/delta'))).toHaveLength(4);
    expect(paths.length).toBeLessThan(20);
    expect(await story.admin.get(`/connections/${connectionId}`)).toMatchObject({
      plugin_version: '0.2.0',
    });
  });

  it('maps each resource to the unified model', async () => {
    const hits = await story.client.get<Page<Record<string, unknown>>>(
      '/search?q=lovelace&type=person',
    );
    expect(hits.data.length).toBeGreaterThan(0);
    const events = await story.client.all<Entity>('/events?limit=200');
    const series = events.find(
      (event) => event['recurrence'] !== undefined && event['recurrence'] !== null,
    );
    expect(series).toMatchObject({ title: 'Weekly stand-up' });
    expect(String(series?.['recurrence'])).toMatch(
      /^RRULE:FREQ=WEEKLY;BYDAY=..;WKST=MO;COUNT=20\nEXDATE;TZID=Europe\/Berlin:\d{4}041\dT090000$/u,
    );
    expect(events.filter((event) => event['series_id'] === series?.source.external_id)).toEqual([
      expect.objectContaining({ title: 'Weekly stand-up, an hour later' }),
    ]);
    const messages = await story.client.all<Entity>('/messages?limit=200');
    expect(new Set(messages.map((message) => message['direction']))).toEqual(
      new Set(['inbound', 'outbound']),
    );
    expect(messages.every((message) => String(message['body']).startsWith('Hello '))).toBe(true);
  });

  it('keeps photos and attachments, which the public API gives byte for byte', async () => {
    const { mailbox } = graph;
    const persons = await story.client.all<Entity>('/persons?limit=200');
    const shown = persons.filter((person) => typeof person['photo_file_id'] === 'string');
    expect(shown.map(({ source }) => source.external_id).toSorted()).toEqual(
      [...mailbox.photos.keys()].toSorted(),
    );
    const photo = mailbox.photos.get(shown[0]?.source.external_id ?? '');
    expect(await fileContent(story, shown[0]?.['photo_file_id'])).toEqual(photo);

    const messages = await story.client.all<Entity>('/messages?limit=200');
    const kinds = new Set<string>();
    for (const message of messages)
      for (const attachment of mailbox.attachments.get(message.source.external_id) ?? []) {
        const { kind, name, isInline, file } = attachment;
        const brought = one(message['attachments'] as GraphEntity[], 'name', name);
        const isKept = kind === 'fileAttachment' && !isInline;
        expect('file_id' in brought).toBe(isKept);
        if (isKept && !kinds.has(kind))
          expect(await fileContent(story, brought['file_id'])).toEqual(file);
        kinds.add(kind);
      }
    expect(kinds.size).toBe(3);
  });

  it('fetches a photo again when its contact has changed, and goes on without one that cannot be had', async () => {
    const { mailbox } = graph;
    const [changed, without] = [...mailbox.photos.keys()];
    if (changed === undefined || without === undefined) throw new Error('there are no photos');
    const photo = { contentType: 'image/jpeg', content: Buffer.from('another picture') };
    mailbox.showPhoto(changed, photo);
    mailbox.showPhoto(without, mailbox.photos.get(without));
    graph.meet({ status: 500, times: 3, path: new RegExp(`${without}/photo`, 'u') });
    const seen = graph.requests.length;
    const run = await sync(story.admin, connectionId);
    expect(run).toMatchObject({ state: 'completed', counts: { updated: 2, quarantined: 0 } });
    const paths = graph.requests.slice(seen).map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith('/$value'))).toHaveLength(4);
    const persons = await story.client.all<Entity>('/persons?limit=200');
    const shown = new Map(persons.map((each) => [each.source.external_id, each['photo_file_id']]));
    expect(shown.get(without) ?? undefined).toBeUndefined();
    expect(await fileContent(story, shown.get(changed))).toEqual(photo);
    const logs = await story.admin.get<Page<{ message: string }>>(`/runs/${run.id}/logs`);
    expect(JSON.stringify(logs)).toContain('cannot be had and is left out');
  });

  it('brings changes and removes what was deleted, and nothing else', async () => {
    const { mailbox } = graph;
    const [ada] = mailbox.contacts.all();
    const gone = mailbox.contacts.all().at(-1);
    const feed = mailbox.messagesOf(inboxOf(graph).id);
    const [read, moved] = feed.all().filter((message) => message['isRead'] === false);
    if (ada === undefined || gone === undefined || read === undefined || moved === undefined)
      throw new Error('the account is empty');
    mailbox.update(mailbox.contacts, ada.id, { jobTitle: 'Countess' });
    mailbox.remove(mailbox.contacts, gone.id);
    mailbox.update(feed, read.id, { isRead: true });
    const archived = mailbox.moveMessage(moved.id, 'archive');
    const file = one(mailbox.files.all(), 'name', 'Plan 1.docx');
    mailbox.remove(mailbox.files, file.id);
    const since = await story.lastSequence('DATA');

    // A message that moves is another one to Outlook: created in one folder, deleted in the other.
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: 1, updated: 2, deleted: 3 },
    });
    expect(await idsOf(story, 'persons')).not.toContain(gone.id);
    expect(await idsOf(story, 'documents')).not.toContain(file.id);
    const messages = await idsOf(story, 'messages');
    expect([messages.includes(archived.id), messages.includes(moved.id)]).toEqual([true, false]);
    const persons = await story.client.all<Entity>('/persons?limit=200');
    expect(persons.find((person) => person.source.external_id === ada.id)).toMatchObject({
      title: 'Countess',
    });
    await eventually(async () => {
      expect(await changesSince(story, since)).toEqual([
        'data.DocumentDeleted',
        'data.MessageCreated',
        'data.MessageDeleted',
        'data.MessageUpdated',
        'data.PersonDeleted',
        'data.PersonUpdated',
      ]);
    });
  });

  it('follows the events of a series as they are moved and cancelled', async () => {
    const { mailbox } = graph;
    const feed = mailbox.eventsOf(mailbox.defaultCalendar.id);
    const series = one(feed.all(), 'type', 'seriesMaster');
    const exception = one(feed.all(), 'type', 'exception');
    const [moved] = feed.all().filter(({ type }) => type === 'occurrence');
    if (moved === undefined) throw new Error('the series has no events');
    mailbox.update(feed, moved.id, { subject: 'Stand-up at the harbour' });
    mailbox.remove(feed, exception.id);

    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: 1, updated: 1, deleted: 1 },
    });
    const events = await story.client.all<Entity>('/events?limit=200');
    const found = (id: string): Entity | undefined =>
      events.find((event) => event.source.external_id === id);
    expect(String(found(series.id)?.['recurrence'])).toMatch(
      /EXDATE;TZID=Europe\/Berlin:\d{4}012\dT090000,\d{4}041\dT090000$/u,
    );
    expect(found(exception.id)).toBeUndefined();
    expect(found(moved.id)).toMatchObject({
      title: 'Stand-up at the harbour',
      series_id: series.id,
      original_starts_at: expect.stringMatching(/-01-05T08:00:00/u) as unknown,
    });
  });

  it('reads everything again when its delta tokens have expired, and misses no deletion', async () => {
    const [gone] = graph.mailbox.contacts.all();
    if (gone === undefined) throw new Error('there are no contacts');
    graph.mailbox.remove(graph.mailbox.contacts, gone.id);
    graph.expireDeltaTokens();
    const run = await sync(story.admin, connectionId);
    expect(run).toMatchObject({
      state: 'completed',
      // The photo that could not be had before.
      counts: { created: 0, updated: 1, deleted: 1 },
    });
    expect(await idsOf(story, 'persons')).not.toContain(gone.id);
    const logs = await story.admin.get<Page<{ message: string }>>(`/runs/${run.id}/logs`);
    expect(JSON.stringify(logs)).toContain('everything is read again');
    expect(await sync(story.admin, connectionId)).toMatchObject({ counts: { items: 0 } });
  });

  it('brings mails whose bodies are too large for one answer, and cuts those too large for an item', async () => {
    const { mailbox } = graph;
    const archive = mailbox.mailFolder('archive');
    const large = Array.from({ length: 40 }, (_, index) =>
      mailbox.create(mailbox.messagesOf(archive?.id ?? ''), {
        subject: `Large ${String(index)}`,
        body: { contentType: 'text', content: '€'.repeat(100_000) },
        conversationId: 'large',
        receivedDateTime: '2026-01-01T00:00:00Z',
        parentFolderId: archive?.id,
        isRead: true,
      }),
    );
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: large.length, quarantined: 0 },
    });
    const bodies = (await story.client.all<Entity>('/messages?limit=50'))
      .filter((message) => String(message['subject']).startsWith('Large'))
      .map((message) => String(message['body']).length);
    expect(bodies).toEqual(large.map(() => 32_768));
  });

  it('removes what was in a mail folder that is gone', async () => {
    const folders = graph.mailbox.mailFolders.all();
    const invoices = one(folders, 'displayName', 'Invoices');
    const held = graph.mailbox.messagesOf(invoices.id).all().length;
    graph.mailbox.removeMailFolder(invoices.id);
    expect(await sync(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: 0, deleted: held },
    });
  });

  it('waits a little by itself, and parks the run when Graph asks for more', async () => {
    graph.meet({ status: 429, retryAfterSeconds: 1, path: /contacts\/delta/u });
    graph.meet({ status: 503, path: /drive/u });
    expect(await sync(story.admin, connectionId)).toMatchObject({ state: 'completed' });

    graph.meet({ status: 429, retryAfterSeconds: 36_000, path: /messages\/delta/u });
    const { run } = await story.admin.post<{ run: Run }>(`/connections/${connectionId}/sync`);
    await eventually(async () =>
      expect(await story.admin.get<Run>(`/runs/${run.id}`)).toMatchObject({
        state: 'parked',
        error: { code: 'source.retry_after' },
      }),
    );
    await story.admin.post(`/connections/${connectionId}/sync`);
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      id: run.id,
      state: 'completed',
    });
  });

  it('says of an expired token what to do, and goes on where it was with a fresh one', async () => {
    graph.expireTokens();
    const failed = await sync(story.admin, connectionId);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'http.status' } });
    expect(failed.error?.message).toMatch(
      /401 .*InvalidAuthenticationToken: Lifetime validation failed.*put a fresh accessToken into the config/u,
    );
    expect(failed.error?.message).not.toContain(token);
    graph.mailbox.create(graph.mailbox.contacts, {
      displayName: 'Neu Angekommen',
      emailAddresses: [],
    });
    token = graph.issueToken();
    await story.admin.patch(`/connections/${connectionId}`, { config: config() });
    await eventually(async () => {
      const run = await sync(story.admin, connectionId);
      expect(run.state).toBe('completed');
      const persons = await story.client.all<Entity>('/persons?limit=200');
      expect(persons.map((person) => person.display_name)).toContain('Neu Angekommen');
    });
  });

  it('names the permission that a token lacks', async () => {
    token = graph.issueToken({ scopes: ['User.Read', 'Contacts.Read', 'Calendars.Read'] });
    await story.admin.patch(`/connections/${connectionId}`, { config: config() });
    const failed = await sync(story.admin, connectionId);
    expect(failed).toMatchObject({ state: 'failed' });
    expect(failed.error?.message).toMatch(
      /403 .*lacks Mail\.Read: consent to it, or leave "mail" out/u,
    );
  });
});
