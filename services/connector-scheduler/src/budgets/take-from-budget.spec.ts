import { aSchedule, noon, pluginId } from '../../test/builders.ts';
import { MemoryConnectionStore } from '../connections/memory-connection-store.ts';
import { takeFromBudget } from './take-from-budget.ts';

const budget = { requests: 20, perSeconds: 60 };
const wanted = { connectionId: 'c1', wanted: 5 };

function storeWith(change: Parameters<typeof aSchedule>[0]): MemoryConnectionStore {
  const store = new MemoryConnectionStore();
  store.now = noon;
  store.schedules.set('c1', aSchedule(change));
  return store;
}

describe('takeFromBudget', () => {
  it('shares the budget between all who ask for the connection', async () => {
    const store = storeWith({ budget });
    const taken = await Promise.all(
      Array.from({ length: 4 }, () => takeFromBudget(store, pluginId, wanted)),
    );
    expect(taken.map(({ granted }) => granted)).toEqual([2, 0, 0, 0]);
    expect(taken.at(-1)?.waitMs).toBeGreaterThan(0);
    store.now = new Date(noon.getTime() + (taken.at(-1)?.waitMs ?? 0));
    expect(await takeFromBudget(store, pluginId, wanted)).toEqual({ granted: 1, waitMs: 0 });
  });

  it('lets everything go where there is no budget', async () => {
    const store = storeWith({});
    expect(await takeFromBudget(store, pluginId, wanted)).toEqual({ granted: 5, waitMs: 0 });
  });

  it('gives a plugin nothing of another one, and nothing of what it does not know', async () => {
    const store = storeWith({ budget });
    await expect(takeFromBudget(store, 'com.example.b', wanted)).rejects.toMatchObject({
      code: 'scheduler.foreign_connection.forbidden',
      retry: 'never',
    });
    const unknown = { connectionId: 'c2', wanted: 1 };
    await expect(takeFromBudget(store, pluginId, unknown)).rejects.toMatchObject({
      retry: 'later',
    });
    expect(store.schedules.get('c1')?.bucket).toBeUndefined();
  });
});
