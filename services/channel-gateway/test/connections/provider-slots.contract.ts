import type { ProviderSlots } from '../../src/connections/slots/provider-slots.ts';

let spaces = 0;

/** What every store of slots does; run on each adapter. */
export function providerSlotsContract(open: () => ProviderSlots): void {
  it('knows who has a slot of a space, by the newest announcement', async () => {
    const slots = open();
    const spaceId = `slots-${String(++spaces)}`;
    const of = (connectionId: string, revision: number, slot = 'outbound') =>
      slots.apply({ spaceId, slot, pluginId: 'com.example.fax', connectionId, revision });
    const holder = (slot = 'outbound', space = spaceId) => slots.connectionOf(space, slot);
    expect(await holder()).toBeUndefined();
    await of('c1', 1);
    await of('c2', 3);
    await of('c1', 2);
    await of('c9', 3);
    expect(await holder()).toBe('c2');
    expect(await holder('inbound')).toBeUndefined();
    expect(await holder('outbound', 'another')).toBeUndefined();
    await of('c3', 1, 'inbound');
    await of('', 4);
    expect([await holder(), await holder('inbound')]).toEqual([undefined, 'c3']);
  });
}
