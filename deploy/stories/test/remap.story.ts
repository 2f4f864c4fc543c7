import {
  ContactsServer,
  sampleContacts,
  sampleHost,
  samplePlugin,
  type Contact,
  type PluginFiles,
} from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { ApiProblem, Entity, Page, Run } from './platform/api-client.ts';
import { connect, install, settledRun } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

const apiKey = 'remap-key-1234567';
const count = 1200;

/** The sample plugin as a later version, whose mapping gives some of the contacts another name. */
function newVersion(version: string, displayName: string): PluginFiles {
  const { manifest, sources } = samplePlugin();
  return {
    manifest: manifest.replace('"version": "0.1.0"', `"version": "${version}"`),
    sources: Object.fromEntries(
      Object.entries(sources).map(([path, text]) => [
        path,
        text.replace('display_name: item.name', `display_name: ${displayName}`),
      ]),
    ),
  };
}

describe('remap: a new mapping over what was brought before', () => {
  let source: ContactsServer;
  let story: Story;
  let contacts: Contact[];
  let connectionId: string;

  beforeAll(async () => {
    contacts = sampleContacts(count);
    source = await ContactsServer.start({ apiKey, contacts, pageSize: 200 });
    story = await startStory({ [sampleHost]: source });
    connectionId = await connect(story.admin, await install(story.admin, samplePlugin()), {
      apiKey,
    });
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: count },
    });
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
  });

  const remap = () =>
    story.admin.post<{ run: Run; already_running: boolean }>(`/connections/${connectionId}/remap`);
  const ended = (id: string): Promise<Run> =>
    eventually(
      async () => {
        const run = await story.admin.get<Run>(`/runs/${id}`);
        if (!['completed', 'failed'].includes(run.state)) throw new Error(`run is ${run.state}`);
        return run;
      },
      { timeoutMs: 120_000 },
    );
  const persons = (): Promise<Entity[]> => story.client.all<Entity>('/persons?limit=200');
  const renamed = async (ending: string): Promise<string[]> =>
    (await persons())
      .filter(({ display_name: name }) => name?.endsWith(ending) === true)
      .map(({ source: { external_id: id } }) => id);
  const withSeven = (): string[] => contacts.map(({ id }) => id).filter((id) => id.endsWith('7'));

  it('changes what comes out otherwise, tells of that alone, and asks the source for nothing', async () => {
    const asked = source.requests;
    const after = await story.lastSequence('DATA');
    const seven = `item.id.endsWith('7') ? item.name + ' (seven)' : item.name`;
    await install(story.admin, newVersion('0.2.0', seven));
    const { run } = await remap();
    expect(run).toMatchObject({ kind: 'remap', trigger: 'manual' });
    expect(await ended(run.id)).toMatchObject({
      state: 'completed',
      counts: { items: count, created: 0, deleted: 0, updated: withSeven().length },
      sweep_held: false,
    });
    expect((await renamed(' (seven)')).toSorted()).toEqual(withSeven());
    const told = await eventually(async () => {
      const events = await story.events('DATA', after);
      if (events.length < withSeven().length) throw new Error('not all of them yet');
      return events;
    });
    expect(told.map(({ type }) => type)).toEqual(withSeven().map(() => 'data.PersonUpdated'));
    expect(source.requests).toBe(asked);
  });

  it('is found by search as it is now, and the next sync changes nothing of it', async () => {
    await eventually(async () => {
      const { data } = await story.client.get<Page<unknown>>('/search?q=seven&limit=100');
      expect(data.length).toBeGreaterThan(0);
    });
    await story.admin.post(`/connections/${connectionId}/sync`);
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      kind: 'sync',
      state: 'completed',
      counts: { items: count, updated: 0, created: 0, deleted: 0 },
    });
  });

  it('goes on after kill -9 of its sandbox’s runner, and ends with everything mapped', async () => {
    await install(story.admin, newVersion('0.3.0', `item.name + ' (all)'`));
    await eventually(async () => {
      const { data } = await story.admin.get<Page<object>>('/runners');
      expect(data).toMatchObject([{ version: '0.3.0', state: 'running' }]);
    });
    const { run } = await remap();
    await eventually(
      async () => {
        const { state } = await story.admin.get<Run>(`/runs/${run.id}`);
        expect(state).not.toBe('queued');
      },
      { timeoutMs: 60_000 },
    );
    story.kill('plugin-runner');
    expect(await ended(run.id)).toMatchObject({ state: 'completed' });
    expect(await renamed(' (all)')).toHaveLength(count);
    expect(await persons()).toHaveLength(count);
  });

  it('keeps what cannot be mapped as it was, and says why', async () => {
    const one = `(() => { if (item.id === '${contacts[3]?.id ?? ''}') throw new Error('no name'); return item.name; })()`;
    await install(story.admin, newVersion('0.4.0', one));
    const { run } = await remap();
    expect(await ended(run.id)).toMatchObject({
      state: 'completed',
      counts: { quarantined: 1, updated: count - 1 },
    });
    expect(await renamed(' (all)')).toEqual([contacts[3]?.id]);
    const { data } = await story.admin.get<Page<object>>(`/connections/${connectionId}/quarantine`);
    expect(data).toMatchObject([
      { external_id: contacts[3]?.id, reason: 'mapToUnifiedModel failed: no name' },
    ]);
  });

  it('is refused while the connection is paused', async () => {
    await story.admin.patch(`/connections/${connectionId}`, { paused: true });
    const refused = await remap().catch((error: unknown) => error as ApiProblem);
    expect(refused).toMatchObject({ status: 409, body: { state: 'paused' } });
  });
});
