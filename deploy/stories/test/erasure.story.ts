import { sampleContacts, sampleHost, samplePlugin } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { Entity, Page } from './platform/api-client.ts';
import { ScriptedSource, sendJson } from './sources/scripted-source.ts';
import { connect, install, settledRun, sync } from './platform/steps.ts';
import { StoredRows } from './platform/stored-rows.ts';
import { startStory, type Story } from './platform/story.ts';

interface Task {
  readonly id: string;
  readonly state: string;
  readonly affected: number;
}

/** Stands in all that the account brings, and in nothing else. */
const mark = 'Zebulonia';
const keptCount = 20;
const goneCount = 60;

const marked = sampleContacts(goneCount).map(({ id, name, email }) => ({
  id: `${mark}-${id}`,
  name: `${mark} ${name}`,
  email: `${mark}.${email}`,
  notes: `${mark} said so`,
}));
/** No text is a name: it goes to quarantine. */
const misfit = { id: `${mark}-misfit`, name: 7, email: `misfit@${mark}.example` };

describe('deleting a connection with its data: nothing of it is left anywhere, and nothing else is touched', () => {
  let source: ScriptedSource;
  let story: Story;
  let rows: StoredRows;
  let kept: string;
  let gone: string;
  let goneIds: string[];

  const persons = (): Promise<Entity[]> => story.client.all<Entity>('/persons?limit=200');
  const found = async (query: string): Promise<number> =>
    (await story.client.get<Page<unknown>>(`/search?q=${query}`)).data.length;

  beforeAll(async () => {
    const contactsOf: Record<string, readonly unknown[]> = {
      'Bearer key-of-the-kept-one': sampleContacts(keptCount),
      'Bearer key-of-the-other-one': [...marked, misfit],
    };
    source = await ScriptedSource.start([sampleHost], ({ headers }, response) =>
      sendJson(response, 200, { contacts: contactsOf[headers.authorization ?? ''] ?? [] }),
    );
    story = await startStory({ [sampleHost]: source });
    rows = await StoredRows.of(story);
  });
  afterAll(async () => {
    await rows?.close();
    await story?.stop();
    await source?.stop();
  });

  it('has two accounts of one plugin, and finds what both brought', async () => {
    const plugin = await install(story.admin, samplePlugin());
    kept = await connect(story.admin, plugin, { apiKey: 'key-of-the-kept-one' });
    gone = await connect(story.admin, plugin, { apiKey: 'key-of-the-other-one' });
    expect(await settledRun(story.admin, kept)).toMatchObject({ counts: { created: keptCount } });
    expect(await settledRun(story.admin, gone)).toMatchObject({
      counts: { created: goneCount, quarantined: 1 },
    });
    goneIds = (await persons())
      .filter(({ source: { connection_id: id } }) => id === gone)
      .map(({ id }) => id);
    expect(goneIds).toHaveLength(goneCount);
    await eventually(async () => expect(await found(mark)).toBeGreaterThan(0));
    // What the search for rows is worth: it sees entities, quarantine and the index.
    const tables = await rows.tablesWith(mark);
    for (const table of ['etl.person', 'etl.quarantine', 'search_indexer.'])
      expect(tables).toContainEqual(expect.stringContaining(table));
  });

  it('erases it behind the answer, and lets nothing begin meanwhile', async () => {
    const { status, body } = await story.admin.request('DELETE', `/connections/${gone}?data=erase`);
    expect(status).toBe(202);
    const { id } = body as Task;
    await eventually(
      async () =>
        expect(await story.admin.get<Task>(`/tasks/${id}`)).toMatchObject({
          state: 'done',
          affected: goneCount,
        }),
      { timeoutMs: 90_000 },
    );
  });

  it('answers as if it had never been there', async () => {
    for (const path of ['', '/runs', '/quarantine', '/checkpoints'])
      await expect(story.admin.get(`/connections/${gone}${path}`)).rejects.toMatchObject({
        status: 404,
      });
    await expect(story.admin.post(`/connections/${gone}/sync`)).rejects.toMatchObject({
      status: 404,
    });
    for (const id of goneIds.slice(0, 3))
      await expect(story.client.get(`/persons/${id}`)).rejects.toMatchObject({ status: 404 });
    expect(await story.client.all(`/persons?connection=${gone}`)).toEqual([]);
    await eventually(async () => expect(await found(mark)).toBe(0));
  });

  it('keeps no row of it: entities, raw, index, quarantine, outbox, logs', async () => {
    await eventually(async () => expect(await rows.tablesWith(mark)).toEqual([]));
  });

  it('tells each deletion once', async () => {
    await eventually(async () => {
      const deleted = (await story.events('DATA', 0)).filter(
        ({ type }) => type === 'data.PersonDeleted',
      );
      expect(new Set(deleted.map((event) => JSON.stringify(event))).size).toBe(goneCount);
      expect(deleted).toHaveLength(goneCount);
    });
  });

  it('leaves the other account as it was', async () => {
    expect((await persons()).map(({ source: { connection_id: id } }) => id)).toEqual(
      Array.from({ length: keptCount }, () => kept),
    );
    expect(await sync(story.admin, kept)).toMatchObject({
      state: 'completed',
      counts: { unchanged: keptCount, created: 0 },
    });
  });
});
