import {
  ContactsServer,
  sampleContacts,
  sampleHost,
  samplePlugin,
  type Contact,
  type PluginFiles,
} from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProblem } from './platform/api-client.ts';
import { LockedTable } from './platform/locked-table.ts';
import { MadeOpen } from './platform/made-open.ts';
import { connect, install, settledRun, sync } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

interface Index {
  readonly generation: number;
  readonly state: string;
  readonly entities_read: number;
}

const apiKey = 'reindex-key-1234567';
const count = 450;
const talks = 7;
/** In the name of everybody, and so in the subject of everything. */
const mark = 'Quillfeather';

/** The sample plugin, but that each contact is a message in one of a few conversations. */
function talkPlugin(): PluginFiles {
  const { manifest, sources } = samplePlugin();
  const id = 'com.example.talks';
  const data = `subject: item.name, sender: item.email, channel_type: 'email',
    thread_id: 'talk-' + String(Number(item.id.replace(/[^0-9]/g, '')) % ${String(talks)}),`;
  const ofMessages = (text: string): string =>
    text
      .replaceAll('com.example.my-connector', id)
      .replaceAll('data:write:persons', 'data:write:messages')
      .replace("type: 'person'", "type: 'message'")
      .replace(/display_name: item\.name,\s*emails: \[item\.email\],/u, data);
  return {
    manifest: ofMessages(manifest),
    sources: Object.fromEntries(
      Object.entries(sources).map(([path, text]) => [path, ofMessages(text)]),
    ),
  };
}

describe('a new search index: filled beside the one that answers, whatever is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-reindex-'));
  let contacts: Contact[] = sampleContacts(count).map((contact) => ({
    ...contact,
    name: `${contact.name} ${mark}`,
  }));
  let source: ContactsServer;
  let story: Story;
  let cli: MadeOpen;
  let persons: string;
  let messages: string;
  let held: LockedTable | undefined;

  beforeAll(async () => {
    source = await ContactsServer.start({ apiKey, contacts, pageSize: 200 });
    story = await startStory({ [sampleHost]: source });
    cli = new MadeOpen(folder, {
      MADE_OPEN_URL: story.platform.managerUrl,
      MADE_OPEN_KEY: story.key,
    });
  });
  afterEach(() => letGo());
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const letGo = async (): Promise<void> => {
    await held?.letGo();
    held = undefined;
  };
  const found = async (query: string, type: string): Promise<number> => {
    const parameters = new URLSearchParams({ q: query, type, limit: '1' });
    return (await story.client.get<{ total: number }>(`/search?${parameters.toString()}`)).total;
  };
  const findable = (query: string, type: string, total: number): Promise<void> =>
    eventually(async () => expect(await found(query, type)).toBe(total), { timeoutMs: 90_000 });
  const indexes = (): Promise<Index[]> => cli.json<Index[]>(['search-index', 'list']);
  const filling = async (): Promise<Index> => {
    const index = (await indexes()).find(({ state }) => state === 'filling');
    if (index === undefined) throw new Error('none is filled');
    return index;
  };
  /** The first contact has another name from now on. */
  const rename = async (name: string): Promise<void> => {
    contacts = contacts.map((contact, n) => (n === 0 ? { ...contact, name } : contact));
    source.contacts = contacts;
    expect(await sync(story.admin, persons)).toMatchObject({ state: 'completed' });
  };

  it('has persons, messages and conversations to find', async () => {
    persons = await connect(story.admin, await install(story.admin, samplePlugin()), { apiKey });
    messages = await connect(story.admin, await install(story.admin, talkPlugin()), { apiKey });
    for (const id of [persons, messages])
      expect(await settledRun(story.admin, id)).toMatchObject({ counts: { created: count } });
    await findable(mark, 'person', count);
    await findable(mark, 'message', count);
    await findable(mark, 'conversation', talks);
    // By who takes part, too.
    const { email } = contacts[0] ?? {};
    await findable(email ?? '', 'conversation', 1);
  });

  it('answers and takes changes while the new one is filled, and goes on after kill -9', async () => {
    // No conversation can be read: the filling waits behind persons and messages.
    held = await LockedTable.lock(story, 'etl', 'conversation');
    const filled = cli.run(['search-index', 'fill', '--json']);
    await eventually(async () => expect((await filling()).entities_read).toBe(2 * count), {
      timeoutMs: 60_000,
    });
    const { generation } = await filling();

    await rename('Before Thekill');
    await findable('thekill', 'person', 1);
    story.kill('search-indexer');
    await findable(mark, 'message', count);
    await rename('After Theswap');
    await findable('theswap', 'person', 1);
    expect(await filling()).toMatchObject({ generation, entities_read: 2 * count });

    const watch = new AbortController();
    const seen = totals(watch.signal);
    await letGo();
    const { status, stdout, stderr } = await filled;
    expect([status, stderr]).toEqual([0, '']);
    // It went on behind what was read before it was killed.
    expect(JSON.parse(stdout)).toMatchObject({
      generation,
      state: 'live',
      entities_read: 2 * count + talks,
    });
    await findable('theswap', 'person', 1);
    watch.abort();
    // Before, at and behind the change of the index: never a part of what there is.
    expect(await seen).toEqual(new Set([count]));
    expect(await found('thekill', 'person')).toBe(0);
    expect(await found(mark, 'person')).toBe(count - 1);
    expect(await found(mark, 'conversation')).toBe(talks);
  });

  it('is given up when nobody wants it, and the one before goes on to answer', async () => {
    held = await LockedTable.lock(story, 'etl', 'conversation');
    const { generation } = await cli.json<Index>(['search-index', 'fill', '--no-wait']);
    const left = await cli.json<Index[]>(['search-index', 'cancel']);
    expect(left.find((index) => index.generation === generation)?.state).not.toBe('filling');
    expect(await cli.run(['search-index', 'cancel'])).toMatchObject({ status: 73 });
    await letGo();
    expect(await found(mark, 'message')).toBe(count);
  });

  it('holds nothing of a connection that is erased', async () => {
    await cli.json(['delete', messages, '--data', 'erase', '--yes']);
    await findable(mark, 'message', 0);
    await findable(mark, 'conversation', 0);
    expect(await found(mark, 'person')).toBe(count - 1);
  });

  /** Every number of messages that a search gives until it is told to stop. */
  async function totals(signal: AbortSignal): Promise<Set<number>> {
    const all = new Set<number>();
    while (!signal.aborted)
      try {
        all.add(await found(mark, 'message'));
      } catch (error) {
        // Who asks so much may be told to wait; what counts is what is answered.
        if (!(error instanceof ApiProblem)) throw error;
      }
    return all;
  }
});
