import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ProviderSlotChangedSchema } from '@made-open/contracts';
import type { ConnectionStore } from '../../src/connections/connection-store.ts';
import type { PluginStore } from '../../src/plugins/plugin-store.ts';
import type { ProviderStore } from '../../src/providers/provider-store.ts';
import { aConnection } from './connection-store.contract.ts';
import { aVersion } from './plugin-store.contract.ts';

interface Subject {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly providers: ProviderStore;
  /** Every state of a slot that was announced so far. */
  announced(): Promise<readonly MessageInitShape<typeof ProviderSlotChangedSchema>[]>;
}

const pluginId = 'com.example.my-connector';
const spaceId = 'default';
const key = { spaceId, pluginId };
const outbound = { spaceId, slot: 'outbound' } as const;
const holder = { pluginId, connectionId: 'c1' };

/** What every ProviderStore does. */
export function providerStoreContract(make: () => Promise<Subject>): void {
  let subject: Subject;
  let providers: ProviderStore;
  let connections: ConnectionStore;

  beforeEach(async () => {
    subject = await make();
    ({ providers, connections } = subject);
    await subject.plugins.add(aVersion());
    await connections.add(aConnection({ isProvider: true }));
  });

  const set = (settings: object) =>
    providers.change(key, () => Promise.resolve({ connectionId: 'c1', settings: { ...settings } }));

  it('keeps settings and counts their changes', async () => {
    expect(await providers.find(key)).toBeUndefined();
    const first = await set({ region: 'eu' });
    expect(first).toEqual({ ...key, connectionId: 'c1', settings: { region: 'eu' }, revision: 1 });
    await set({ region: 'us' });
    expect(await providers.find(key)).toMatchObject({ settings: { region: 'us' }, revision: 2 });
    expect(await providers.list(spaceId)).toMatchObject([{ pluginId, revision: 2 }]);
    expect(await providers.list('other')).toEqual([]);
  });

  it('loses none of many changes at a time', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `key${String(index)}`);
    await Promise.all(
      names.map((name) =>
        providers.change(key, async (current) => {
          await connections.find('c1');
          return { connectionId: 'c1', settings: { ...current?.settings, [name]: true } };
        }),
      ),
    );
    const { settings = {}, revision } = (await providers.find(key)) ?? {};
    expect(Object.keys(settings).toSorted()).toEqual(names.toSorted());
    expect(revision).toBe(100);
  });

  it('stores nothing of a change that failed, and goes on', async () => {
    const failing = providers.change(key, () => Promise.reject(new Error('the wallet is away')));
    await expect(failing).rejects.toThrow('the wallet is away');
    expect(await providers.find(key)).toBeUndefined();
    expect(await set({})).toMatchObject({ revision: 1 });
  });

  it('knows four slots of every space, and announces who has one', async () => {
    expect(await providers.slots(spaceId)).toEqual(
      ['outbound', 'inbound', 'storage', 'auth'].map((slot) => ({
        spaceId,
        slot,
        holder: undefined,
        revision: 0,
      })),
    );
    const taken = await providers.setSlot({ ...outbound, holder });
    expect(taken).toEqual({ ...outbound, holder, revision: 1 });
    expect((await providers.slots(spaceId))[0]).toEqual(taken);
    expect((await providers.slots('other'))[0]).toMatchObject({ holder: undefined });
    expect(await subject.announced()).toMatchObject([
      { spaceId, slot: 'outbound', pluginId, connectionId: 'c1', revision: 1 },
    ]);
  });

  it('changes no slot that somebody else has changed meanwhile, and says nothing twice', async () => {
    await providers.setSlot({ ...outbound, holder }, 0);
    expect(await providers.setSlot({ ...outbound, holder: undefined }, 0)).toBeUndefined();
    expect(await providers.setSlot({ ...outbound, holder })).toMatchObject({ revision: 1 });
    expect(await subject.announced()).toHaveLength(1);
    await providers.setSlot({ ...outbound, holder: undefined }, 1);
    expect((await subject.announced())[1]).toMatchObject({ pluginId: '', revision: 2 });
  });

  it.each([
    ['is held', () => connections.change('c1', { isPaused: true })],
    ['is being deleted', () => connections.change('c1', { isDeleting: true })],
    ['is gone', () => connections.remove('c1', { isDataKept: false })],
  ])('gives no slot to a connection that %s', async (_, end) => {
    await end();
    expect(await providers.setSlot({ ...outbound, holder })).toBeUndefined();
    expect((await providers.slots(spaceId))[0]).toMatchObject({ holder: undefined, revision: 0 });
    expect(await subject.announced()).toEqual([]);
  });

  it('gives the slot to a connection that is not held any more, and takes it from one that is', async () => {
    await connections.change('c1', { isPaused: true });
    await providers.setSlot({ ...outbound, holder });
    await connections.change('c1', { isPaused: false });
    expect(await providers.setSlot({ ...outbound, holder })).toMatchObject({ holder });
    await connections.change('c1', { isPaused: true });
    const empty = { ...outbound, holder: undefined };
    expect(await providers.setSlot(empty)).toEqual({ ...empty, revision: 2 });
  });

  it('keeps what a file said of a slot that nobody has, until its next change', async () => {
    const note = { plugin: null, enabled: false, settings: { pages: 3 } };
    await providers.noteSlot({ ...outbound, note });
    expect((await providers.slots(spaceId))[0]).toEqual({
      ...outbound,
      holder: undefined,
      revision: 0,
      note,
    });
    await providers.setSlot({ ...outbound, holder });
    await providers.noteSlot({ ...outbound, note });
    expect((await providers.slots(spaceId))[0]).toEqual({ ...outbound, holder, revision: 1 });
    await providers.setSlot({ ...outbound, holder: undefined });
    expect((await providers.slots(spaceId))[0]).not.toHaveProperty('note');
  });

  it('announces every slot again when asked to', async () => {
    await providers.setSlot({ ...outbound, holder });
    expect(await providers.announceSlots()).toBe(1);
    const [first, again] = await subject.announced();
    expect(again).toEqual(first);
  });

  it.each([
    ['is being deleted', () => connections.change('c1', { isDeleting: true })],
    ['is gone', () => connections.remove('c1', { isDataKept: false })],
  ])('leaves the slot of a connection empty that %s', async (_, end) => {
    await set({});
    await providers.setSlot({ ...outbound, holder });
    await end();
    expect((await providers.slots(spaceId))[0]).toMatchObject({ holder: undefined, revision: 2 });
    expect((await subject.announced()).at(-1)).toMatchObject({ slot: 'outbound', pluginId: '' });
  });

  it('forgets the settings of a connection that is gone', async () => {
    await set({ region: 'eu' });
    await connections.remove('c1', { isDataKept: false });
    expect(await providers.find(key)).toBeUndefined();
  });
}
