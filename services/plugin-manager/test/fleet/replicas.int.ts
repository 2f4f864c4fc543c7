import { eventually } from '@made-open/testing';
import { Manager } from '../platform/manager.ts';

let keeper: Manager;
let other: Manager;

beforeAll(async () => {
  // Without work no runner is started but for a change that its keeper hears of.
  keeper = await Manager.start({ RUNNER_IDLE_SECONDS: '3600' });
  await eventually(() => expect(keeper.logged('this manager keeps the runners')).toHaveLength(1));
  other = await keeper.beside();
});
afterAll(async () => {
  await other?.stopReplica();
  await keeper?.stop();
});

interface Runner {
  readonly plugin_id: string;
  readonly state: string;
  readonly wanted: number;
}

async function runnerOf(manager: Manager, id: string): Promise<Runner | undefined> {
  const { body } = await manager.get('/runners');
  return (body['data'] as Runner[]).find(({ plugin_id: plugin }) => plugin === id);
}

/** Both replicas show the same, and this of it. */
const bothShow = (id: string, expected: Partial<Runner>, timeoutMs = 30_000) =>
  eventually(
    async () => {
      const [shown, known] = [await runnerOf(other, id), await runnerOf(keeper, id)];
      expect(shown).toMatchObject(expected);
      expect(shown).toEqual(known);
    },
    { timeoutMs },
  );

describe('a replica that does not keep the runners', () => {
  it('has a runner started for what it approves, and shows it as its keeper does', async () => {
    const id = await other.install({ id: 'com.example.approved' });
    await other.connect(id);
    await bothShow(id, { state: 'running', wanted: 1 });
    expect(other.logged('runner started')).toEqual([]);
    const { body } = await other.get(`/plugins/${id}/scaling`);
    expect(body).toMatchObject({ in_effect: { replicas: 1 }, decisions: [{ reason: 'expected' }] });
  });

  it('has an operator’s words on their number carried out', async () => {
    const id = await other.install({ id: 'com.example.counted', scaling: { max: 3 } });
    await other.connect(id);
    await bothShow(id, { state: 'running', wanted: 1 });
    await other.put(`/plugins/${id}/scaling`, { replicas: 3 });
    await bothShow(id, { state: 'running', wanted: 3 });
  });

  it('lets one that crashed too often start again', async () => {
    const id = await other.install({ id: 'com.example.crash' });
    await other.connect(id);
    await bothShow(id, { state: 'crashed' }, 90_000);
    const before = keeper.logged('out of luck').length;
    expect((await other.post(`/runners/${id}/reset`)).status).toBe(200);
    await eventually(() => expect(keeper.logged('out of luck').length).toBeGreaterThan(before));
    expect((await other.post('/runners/com.example.none/reset')).status).toBe(404);
  }, 180_000);
});
