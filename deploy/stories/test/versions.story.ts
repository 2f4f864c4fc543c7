import type { PluginFiles } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { ApiProblem, Entity, Page, Run } from './platform/api-client.ts';
import { connect, install, push, settledRun, sync } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

const id = 'com.example.counter';
const patience = { timeoutMs: 120_000 };

interface Canary {
  readonly canary: { readonly version: string; readonly runs: Tally } | null;
  readonly last: {
    readonly version: string;
    readonly outcome: string;
    readonly reason: string;
  } | null;
}
type Tally = Record<'canary' | 'stable', { runs: number; failed: number }>;

/** A connector that brings the next person with each run, and knows from its checkpoint which one that is. */
function counter(version: string, body: string, changes: object = {}): PluginFiles {
  const manifest = {
    id,
    name: 'Counter',
    version,
    type: 'connector',
    entrypoint: './index.ts',
    permissions: ['data:write:persons'],
    configSchema: { type: 'object' },
    schedule: '0 0 1 1 *',
    ...changes,
  };
  const source = `import type { HostContext } from '@made-open/plugin-sdk';
const map = (n: number) => ({ type: 'person' as const, externalId: 'n' + n, data: { display_name: 'N ' + n }, raw: { n } });
export const plugin = {
  id: '${id}',
  async *sync(context: HostContext) { ${body} },
  mapToUnifiedModel: (raw: unknown) => map((raw as { n: number }).n),
  migrateCheckpoint: (state: unknown, from: number) => ({ next: { n: (state as { count: number }).count, from } }),
};
`;
  return { manifest: JSON.stringify(manifest), sources: { 'src/index.ts': source } };
}

const first = counter(
  '0.1.0',
  `const { count } = ((await context.checkpoint.get()) ?? { count: 0 }) as { count: number };
   yield map(count); await context.checkpoint.save({ count: count + 1 });`,
);
/** With checkpoints of another form. */
const second = counter(
  '0.2.0',
  `const { next } = ((await context.checkpoint.get()) ?? { next: { n: 0 } }) as { next: { n: number } };
   yield map(next.n); await context.checkpoint.save({ next: { n: next.n + 1 } });`,
  { checkpointVersion: 2, migratesCheckpointsFrom: 1 },
);
/** It brings half of what it should, and then fails. */
const bad = counter('0.3.0', `yield map(1000); throw new Error('a bug of this version');`);
/** Nobody has taught it to read what others saved. */
const deaf = counter('0.4.0', `yield map(0);`, { checkpointVersion: 3 });

describe('versions: a new one has a share of the runs first', () => {
  let story: Story;
  const connections: string[] = [];

  beforeAll(async () => {
    story = await startStory({});
    await install(story.admin, first);
    for (let number = 0; number < 4; number++)
      connections.push(await connect(story.admin, id, { number }));
    for (const connection of connections)
      expect(await settledRun(story.admin, connection)).toMatchObject({ state: 'completed' });
    for (const files of [second, bad, deaf]) await push(story.admin, files);
  });
  afterAll(() => story?.stop());

  const tryOut = (version: string, canary: object) =>
    story.admin.post(`/plugins/${id}/versions/${version}/activate`, { canary });
  const trial = () => story.admin.get<Canary>(`/plugins/${id}/canary`);
  const syncAll = (): Promise<Run[]> =>
    Promise.all(connections.map((connection) => sync(story.admin, connection, 150_000)));
  const numbersOf = async (connection: string): Promise<number[]> =>
    (await story.client.all<Entity>(`/persons?limit=200&connection=${connection}`))
      .map(({ source }) => Number(source.external_id.slice(1)))
      .toSorted((a, b) => a - b);
  /** Whatever versions ran: none is missing, and none came twice as two. */
  const expectNothingLost = async (): Promise<void> => {
    for (const connection of connections) {
      const numbers = await numbersOf(connection);
      expect(numbers.filter((number) => number < 1000)).toEqual(
        Array.from({ length: numbers.filter((number) => number < 1000).length }, (_, n) => n),
      );
    }
  };
  /** Until then runners of the version before may take what is asked for. */
  const onlyRuns = (version: string): Promise<void> =>
    eventually(async () => {
      const { data } = await story.admin.get<Page<object>>('/runners');
      expect(data).toMatchObject([{ version, lane: 'stable', state: 'running' }]);
    }, patience);
  const current = async (connection: string): Promise<{ version: number; state: unknown }> => {
    const path = `/connections/${connection}/checkpoints`;
    const { data } = await story.admin.get<Page<{ version: number; state: unknown }>>(path);
    const [newest] = data;
    if (newest === undefined) throw new Error('there is no checkpoint');
    return newest;
  };

  it('runs beside the active one, and both go on where the other has been', async () => {
    await tryOut('0.2.0', { percent: 50, min_runs: 2 });
    const runs: Run[] = [];
    await eventually(async () => {
      runs.push(...(await syncAll()));
      const { canary } = await trial();
      expect(canary?.runs.canary.runs).toBeGreaterThanOrEqual(3);
      expect(canary?.runs.stable.runs).toBeGreaterThanOrEqual(3);
    }, patience);
    expect(new Set(runs.map(({ state }) => state))).toEqual(new Set(['completed']));
    expect(new Set(runs.map(({ plugin_version: version }) => version))).toEqual(
      new Set(['0.1.0', '0.2.0']),
    );
    expect((await trial()).canary?.runs).toMatchObject({ canary: { failed: 0 } });
    await expectNothingLost();
  });

  it('gives its runs back by itself when it fails, and no run is lost by that', async () => {
    await tryOut('0.3.0', { percent: 100, min_runs: 3 });
    const runs: Run[] = [];
    await eventually(async () => {
      runs.push(...(await syncAll()));
      expect((await trial()).canary).toBeNull();
    }, patience);
    expect((await trial()).last).toMatchObject({
      version: '0.3.0',
      outcome: 'returned',
      reason: expect.stringContaining('runs failed under it') as unknown,
    });
    // The active version carried out what the bad one had begun.
    expect(runs.map(({ state, plugin_version: version }) => [state, version])).toEqual(
      runs.map(() => ['completed', '0.1.0']),
    );
    const { data } = await story.admin.get<Page<{ action: string; target: string }>>('/audit');
    expect(data).toContainEqual(
      expect.objectContaining({ action: 'plugin.canary_return', target: `${id} 0.3.0` }),
    );
    await onlyRuns('0.1.0');
    await expectNothingLost();
  });

  it('takes over the checkpoints of the one before, which finds its own when it comes back', async () => {
    const [connection = ''] = connections;
    await sync(story.admin, connection);
    const before = await current(connection);
    expect(before).toMatchObject({ version: 1 });
    await story.admin.post(`/plugins/${id}/versions/0.2.0/activate`);
    await onlyRuns('0.2.0');
    for (let time = 0; time < 2; time++)
      expect(await sync(story.admin, connection)).toMatchObject({
        state: 'completed',
        plugin_version: '0.2.0',
      });
    const count = (before.state as { state: { count: number } }).state.count;
    expect(await current(connection)).toMatchObject({
      version: 2,
      state: { state: { next: { n: count + 2 } } },
    });
    await story.admin.post(`/plugins/${id}/rollback`);
    await onlyRuns('0.1.0');
    expect(await sync(story.admin, connection)).toMatchObject({
      state: 'completed',
      plugin_version: '0.1.0',
      counts: { items: 1, created: 0 },
    });
    expect(await current(connection)).toMatchObject({
      version: 1,
      state: { state: { count: count + 1 } },
    });
    await expectNothingLost();
  });

  it('is refused when it could not go on from what connections have saved', async () => {
    const refused = await story.admin
      .post(`/plugins/${id}/versions/0.4.0/activate`)
      .catch((error: unknown) => error as ApiProblem);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'plugin.checkpoints_unreadable.conflict', total: connections.length },
    });
    expect(await story.admin.get(`/plugins/${id}`)).toMatchObject({ active_version: '0.1.0' });
  });
});
