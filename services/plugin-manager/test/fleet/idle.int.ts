import { pluginToken, RunSyncSchema } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { Manager } from '../platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start({ RUNNER_IDLE_SECONDS: '1' });
});
afterAll(() => manager?.stop());

const stateOf = async (id: string): Promise<unknown> => {
  const { body } = await manager.get('/runners');
  const runners = body['data'] as { plugin_id: string; state: string }[];
  return runners.find(({ plugin_id: plugin }) => plugin === id)?.state;
};
const becomes = (id: string, state: string) =>
  eventually(async () => expect(await stateOf(id)).toBe(state));

describe('a runner without work', () => {
  it('ends after a time, and is there again with the next run for as long as that lasts', async () => {
    const id = await manager.install();
    const connectionId = await manager.connect(id);
    await becomes(id, 'idle');
    const run = { runId: 'run-1', epoch: 1, connectionId, spaceId: 'default', pluginId: id };
    // Nobody takes it here: it waits, and so there is work.
    await manager.fakes.scheduler.bus.publish(RunSyncSchema, run, {
      parameters: { plugin: pluginToken(id) },
    });
    await becomes(id, 'running');
    const nats = await jetstreamManager(await manager.platform.administrator());
    await nats.streams.purge('RUNS');
    await becomes(id, 'idle');
    await manager.patch(`/connections/${connectionId}`, { name: 'Renamed' });
    await eventually(() =>
      expect(manager.logged('runner started').length).toBeGreaterThanOrEqual(3),
    );
  });

  it('stays when its plugin wants at least one', async () => {
    const id = await manager.install({ id: 'com.example.always', scaling: { min: 1 } });
    await manager.connect(id);
    await becomes(id, 'running');
    const other = await manager.install({ id: 'com.example.sometimes' });
    await manager.connect(other);
    await becomes(other, 'idle');
    expect(await stateOf(id)).toBe('running');
  });
});
