import {
  ContactsServer,
  graphHost,
  graphPlugin,
  GraphServer,
  sampleContacts,
  sampleHost,
  samplePlugin,
} from '@made-open/sample';
import { eventually, temporaryFolder } from '@made-open/testing';
import { rmSync } from 'node:fs';
import { ApiClient, type Entity, type Page, type Run } from './platform/api-client.ts';
import { BackUp } from './platform/back-up.ts';
import { LockedTable } from './platform/locked-table.ts';
import { MadeOpen } from './platform/made-open.ts';
import { PostgresTools } from './platform/postgres-tools.ts';
import { connect, fileContent, install, settledRun, sync } from './platform/steps.ts';
import { startStory, type StandIn, type Story } from './platform/story.ts';
import { StoredRows } from './platform/stored-rows.ts';
import { bySource, countsOf, idsOf } from './sources/graph-account.ts';

interface Hit {
  readonly id: string;
  readonly title: string;
}

interface Task {
  readonly id: string;
  readonly state: string;
}

const tools = await PostgresTools.find();
const patient = { timeoutMs: 90_000 };
const title = 'a back-up';
const missing = `pg_dump 18, and pip to fetch it on Linux x86_64`;

(tools === undefined ? describe.skip : describe)(
  tools === undefined ? `${title} (missing: ${missing})` : title,
  () => {
    const apiKey = 'back-up-key-1234567';
    const folder = temporaryFolder();
    let backUp: BackUp;
    let graph: GraphServer;
    let contacts: ContactsServer;
    let story: Story;
    let account: string;
    let late: string;
    let erasure: Task;
    let clientKey: string;
    let found: Hit[];
    let photo: { fileId: unknown; content: Awaited<ReturnType<typeof fileContent>> };

    beforeAll(async () => {
      if (tools !== undefined) backUp = new BackUp(tools, folder);
      graph = await GraphServer.start();
      contacts = await ContactsServer.start({ apiKey, contacts: sampleContacts(30), pageSize: 10 });
      story = await startStory(hosts());
    });
    afterAll(async () => {
      await story?.stop();
      await contacts?.stop();
      await graph?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const hosts = (): Record<string, StandIn> => ({ [graphHost]: graph, [sampleHost]: contacts });
    const search = async (query: string): Promise<Hit[]> =>
      (await story.client.get<Page<Hit>>(`/search?q=${query}&limit=100`)).data
        .map(({ id, title: of }) => ({ id, title: of }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const newContact = (name: string): unknown =>
      graph.mailbox.create(graph.mailbox.contacts, { displayName: name, emailAddresses: [] });

    /** Until nothing waits any more to be published. */
    const published = async (schema: string): Promise<void> => {
      const rows = await StoredRows.of(story);
      try {
        await eventually(async () => expect(await rows.count(schema, 'outbox')).toBe(0), patient);
      } finally {
        await rows.close();
      }
    };

    it('is of a platform that has done its work', async () => {
      const config = { accessToken: graph.issueToken(), tenantId: 'contoso' };
      account = await connect(
        story.admin,
        await install(story.admin, graphPlugin('0.2.0')),
        config,
      );
      expect(await settledRun(story.admin, account)).toMatchObject({ state: 'completed' });
      const plugin = await install(story.admin, samplePlugin());
      const gone = await connect(story.admin, plugin, { apiKey });
      expect(await settledRun(story.admin, gone)).toMatchObject({ state: 'completed' });
      const { body } = await story.admin.request('DELETE', `/connections/${gone}?data=erase`);
      erasure = body as Task;
      await eventually(async () => {
        erasure = await story.admin.get<Task>(`/tasks/${erasure.id}`);
        expect(erasure.state).toBe('done');
      }, patient);
      const made = await story.admin.post<{ key: string }>('/keys', {
        name: 'app',
        scopes: ['search:read', 'data:read'],
        expires_at: new Date(Date.now() + 86_400_000).toISOString(),
      });
      clientKey = made.key;
      const [shown] = (await story.client.all<Entity>('/persons?limit=200')).filter(
        (person) => typeof person['photo_file_id'] === 'string',
      );
      const fileId = shown?.['photo_file_id'];
      photo = { fileId, content: await fileContent(story, fileId) };
      found = await eventually(async () => {
        const hits = await search('lovelace');
        expect(hits.length).toBeGreaterThan(0);
        return hits;
      }, patient);
      expect(await countsOf(story)).toEqual(bySource);
    });

    it('is taken while it works, of events that others have not taken over yet, too', async () => {
      const index = await LockedTable.lock(story, 'search_indexer', 'indexed', { mayBeRead: true });
      newContact('Quillfeather');
      expect(await sync(story.admin, account)).toMatchObject({ counts: { created: 1 } });
      await published('etl');
      const schedules = await LockedTable.lock(story, 'connector_scheduler', 'schedule', {
        mayBeRead: true,
      });
      late = await connect(story.admin, 'com.example.my-connector', { apiKey });
      await published('plugin_manager');
      await backUp.take(story);
      await index.letGo();
      await schedules.letGo();
    });

    it('knows nothing of what came later', async () => {
      expect(await settledRun(story.admin, late)).toMatchObject({ counts: { created: 30 } });
      newContact('Thistlewood');
      expect(await sync(story.admin, account)).toMatchObject({ counts: { created: 1 } });
      await story.stop();
    });

    it('is brought to new servers, with nothing of the old ones but the keys of the wallet', async () => {
      const [asked, askedContacts] = [graph.requests.length, contacts.requests];
      story = await startStory(hosts(), {
        bringData: (dataDir) => backUp.bringDatabase(dataDir),
      });
      await backUp.bringFiles(story);
      expect(await countsOf(story)).toEqual({ ...bySource, persons: bySource.persons + 1 });
      expect(await fileContent(story, photo.fileId)).toEqual(photo.content);
      const client = new ApiClient(story.gatewayUrl, clientKey);
      expect((await client.get<Page<Entity>>('/persons?limit=1')).data).toHaveLength(1);
      expect(await search('lovelace')).toEqual(found);
      // What was done is not done again, and no run begins before its time.
      expect(await story.admin.get<Task>(`/tasks/${erasure.id}`)).toEqual(erasure);
      expect([graph.requests.length, contacts.requests]).toEqual([asked, askedContacts]);
    });

    it('has its connections announced anew, for a service that had not heard of one', async () => {
      const rows = await StoredRows.of(story);
      expect(await rows.tablesWith(late)).not.toContain('connector_scheduler.schedule');
      await rows.close();
      expect(await backUp.announce(story)).toBe(2);
      expect(await settledRun(story.admin, late)).toMatchObject({
        state: 'completed',
        counts: { created: 30 },
      });
    });

    it('has its index filled anew, for changes that had not been indexed', async () => {
      expect(await search('quillfeather')).toEqual([]);
      const cli = new MadeOpen(folder, {
        MADE_OPEN_URL: story.platform.managerUrl,
        MADE_OPEN_KEY: story.key,
      });
      expect(await cli.run(['search-index', 'fill'])).toMatchObject({ status: 0 });
      expect((await search('quillfeather')).map((hit) => hit.title)).toEqual(['Quillfeather']);
    });

    it('goes on from its checkpoints: what came since comes once, and nothing twice', async () => {
      const seen = graph.requests.length;
      expect(await sync(story.admin, account)).toMatchObject({
        state: 'completed',
        counts: { items: 1, created: 1, updated: 0, deleted: 0 },
      });
      const paths = graph.requests.slice(seen).map(({ path }) => path);
      expect(paths.filter((path) => path.includes('/messages/delta'))).toHaveLength(4);
      const persons = await idsOf(story, 'persons');
      expect(persons).toHaveLength(bySource.persons + 2 + 30);
      expect(new Set(persons).size).toBe(persons.length);
      await eventually(
        async () =>
          expect((await search('thistlewood')).map((hit) => hit.title)).toEqual(['Thistlewood']),
        patient,
      );
      const { data } = await story.admin.get<{ data: Run[] }>(`/connections/${account}/runs`);
      expect(data.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed']);
    });
  },
);
