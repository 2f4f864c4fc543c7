import type { ScalingEntry, ScalingStore } from '../../src/scaling/scaling-store.ts';

/** Of these plugins a store with a plugin table has rows. */
export const scaledPlugins = ['com.example.my-connector', 'com.example.other'] as const;

const [id, other] = scaledPlugins;
const nothing = { min: undefined, max: undefined, replicas: undefined };

function anEntry(to: number): ScalingEntry {
  return {
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, to)),
    from: to - 1,
    to,
    reason: 'waits_too_long',
    message: `decision ${String(to)}`,
    figures: { waiting: 3, inHand: 2, oldestWaitSeconds: 41.5, dueInSeconds: null },
  };
}

/** What every ScalingStore does. */
export function scalingStoreContract(make: () => Promise<ScalingStore>): void {
  let store: ScalingStore;

  beforeEach(async () => {
    store = await make();
  });

  it('knows of no override until there is one, and of the newest then', async () => {
    expect(await store.override(id)).toEqual({ ...nothing, revision: 0 });
    await store.setOverride(id, { ...nothing, replicas: 0 });
    const set = await store.setOverride(id, { ...nothing, min: 1, max: 4 });
    expect(set).toEqual({ ...nothing, min: 1, max: 4, revision: 2 });
    expect(await store.override(id)).toEqual(set);
    expect(await store.override(other)).toMatchObject({ revision: 0 });
  });

  it('changes nothing that somebody else has changed meanwhile', async () => {
    const first = await store.setOverride(id, { ...nothing, replicas: 2 }, 0);
    expect(first).toMatchObject({ revision: 1, replicas: 2 });
    expect(await store.setOverride(id, { ...nothing, replicas: 3 }, 0)).toBeUndefined();
    expect(await store.setOverride(id, { ...nothing, replicas: 3 }, 7)).toBeUndefined();
    expect(await store.override(id)).toEqual(first);
    expect(await store.setOverride(id, nothing, 1)).toEqual({ ...nothing, revision: 2 });
  });

  it('keeps the last 20 decisions of each plugin, the newest first', async () => {
    for (let to = 1; to <= 22; to++) await store.note(id, anEntry(to));
    await store.note(other, anEntry(1));
    const entries = await store.entries(id);
    expect(entries).toHaveLength(20);
    expect(entries[0]).toEqual(anEntry(22));
    expect(entries.at(-1)).toEqual(anEntry(3));
    expect(await store.entries(other)).toEqual([anEntry(1)]);
  });
}
