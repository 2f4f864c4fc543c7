import { eventually } from '@made-open/testing';
import { scaffoldPlugin } from '@made-open/plugin-sdk';
import {
  ContactsServer,
  makeServerIdentity,
  sampleContacts,
  sampleHost,
  samplePlugin,
  type PluginFiles,
} from '@made-open/sample';
import type { Entity, Run } from './platform/api-client.ts';
import { Gate } from './sources/gate.ts';
import { connect, install, settledRun } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

const otherHost = 'api.other.example.org';
const apiKey = 'storm-key-2468135';
const count = 1000;
const middle = 500;

/** The scaffolded connector, with the host of its service put in. */
function otherPlugin(): PluginFiles {
  const files = scaffoldPlugin({
    pluginId: 'org.example.other-contacts',
    pluginName: 'Other contacts',
    type: 'connector',
  });
  const file = (path: string): string =>
    (files[path] ?? '').replaceAll('api.example.com', otherHost);
  return {
    manifest: file('plugin.json'),
    sources: { 'src/index.ts': file('src/index.ts') },
  };
}

describe('the storm: servers die again and again under two plugins that sync at once', () => {
  const gate = new Gate();
  const sources: ContactsServer[] = [];
  const connections: string[] = [];
  let story: Story;

  beforeAll(async () => {
    for (const host of [sampleHost, otherHost])
      sources.push(
        await ContactsServer.start({
          apiKey,
          contacts: sampleContacts(count),
          pageSize: 50,
          identity: await makeServerIdentity([host]),
          beforePage: (offset) => (offset >= middle ? gate.pass() : Promise.resolve()),
        }),
      );
    const [one, other] = sources;
    if (one === undefined || other === undefined) throw new Error('two sources are needed');
    story = await startStory({ [sampleHost]: one, [otherHost]: other });
    for (const plugin of [samplePlugin(), otherPlugin()])
      connections.push(await connect(story.admin, await install(story.admin, plugin), { apiKey }));
    for (const id of connections)
      expect(await settledRun(story.admin, id)).toMatchObject({
        state: 'completed',
        counts: { created: count },
      });
  });
  afterAll(async () => {
    gate.open();
    await story?.stop();
    for (const source of sources) await source.stop();
  });

  /** Opens a run of each connection; the servers may still be coming back. */
  const openRuns = (): Promise<Run[]> =>
    Promise.all(
      connections.map((id) =>
        eventually(async () => {
          const { run } = await story.admin.post<{ run: Run }>(`/connections/${id}/sync`);
          return run;
        }),
      ),
    );

  /** kill -9, and the next one as soon as the supervisor has started it again. */
  async function killInTurn(victims: readonly string[]): Promise<void> {
    for (const victim of victims) {
      const pid = story.platform.pid(victim);
      story.kill(victim);
      await eventually(() => {
        const now = story.platform.pid(victim);
        if (now === pid || now < 0) throw new Error(`${victim} has not been started again`);
      });
    }
  }

  async function expectExactlyOnce(since: number, suffix: string): Promise<void> {
    for (const id of connections) {
      const persons = await eventually(() =>
        story.client.all<Entity>(`/persons?limit=200&connection=${id}`),
      );
      expect(persons).toHaveLength(count);
      expect(persons.filter((person) => person.display_name?.endsWith(suffix) !== true)).toEqual(
        [],
      );
    }
    const wanted = count * connections.length;
    const events = await eventually(async () => {
      const seen = await story.events('DATA', since);
      if (seen.length < wanted)
        throw new Error(`${String(seen.length)} of ${String(wanted)} events`);
      return seen;
    });
    expect(events.filter((event) => event.type !== 'data.PersonUpdated')).toEqual([]);
    const ids = events.map((event) => (event.data['entity'] as { entity_id: string }).entity_id);
    expect(ids).toHaveLength(wanted);
    expect(new Set(ids).size).toBe(wanted);
    await eventually(async () => {
      const { total } = await story.client.get<{ total: number }>(`/search?q=${suffix}&limit=1`);
      expect(total).toBe(wanted);
    });
  }

  const storms: [string, string[]][] = [
    ['nats-server three times in a row', ['nats', 'nats', 'nats']],
    ['PostgreSQL three times in a row', ['postgres', 'postgres', 'postgres']],
    ['both in turn', ['nats', 'postgres', 'nats', 'postgres']],
  ];
  it.each(storms)('survives kill -9 of %s', async (_, victims) => {
    const suffix = `storm${String(storms.findIndex(([, list]) => list === victims))}`;
    const since = await eventually(() => story.lastSequence('DATA'));
    for (const source of sources)
      source.contacts = sampleContacts(count).map((contact) => ({
        ...contact,
        name: `${contact.name} ${suffix}`,
      }));
    gate.close();
    const runs = await openRuns();
    await eventually(() => {
      if (gate.waiting < connections.length)
        throw new Error('the syncs have not reached their middle');
    });
    const [first = '', ...others] = victims;
    await killInTurn([first]);
    gate.open();
    await killInTurn(others);
    for (const { id } of runs) {
      const run = await eventually(
        async () => {
          const now = await story.admin.get<Run>(`/runs/${id}`);
          if (now.state !== 'completed' && now.state !== 'failed')
            throw new Error(JSON.stringify(now));
          return now;
        },
        { timeoutMs: 120_000 },
      );
      expect(run).toMatchObject({ state: 'completed' });
    }
    await expectExactlyOnce(since, suffix);
  });
});
