import type { Connection } from '../../src/connections/connection.ts';
import type { ConnectionStore } from '../../src/connections/connection-store.ts';

let made = 0;

export function aConnection(of: Partial<Connection> = {}): Connection {
  made++;
  return {
    id: `connection-${String(made)}`,
    spaceId: 'default',
    pluginId: 'com.example.channel',
    pluginType: 'channel',
    pluginVersion: '1.0.0',
    name: 'a channel',
    state: 'active',
    generation: 1,
    grants: ['network:inbound'],
    webhooks: [{ name: 'events', verify: 'github', secret: 'webhookSecret' }],
    tokenHash: '',
    channel: { type: 'sms', idempotentSends: true },
    hasRequestBudget: false,
    provider: { slots: ['outbound'], poll: { intervalSeconds: 5 } },
    actions: ['send_fax'],
    ...of,
  };
}

/** What every store of connections does; run on each adapter. */
export function connectionStoreContract(open: () => ConnectionStore): void {
  it('gives back what was announced last', async () => {
    const store = open();
    const connection = aConnection();
    expect(await store.find(connection.id)).toBeUndefined();
    expect(await store.apply(connection)).toEqual({ isNews: true });
    expect(await store.find(connection.id)).toEqual(connection);
    const later = {
      ...connection,
      generation: 2,
      state: 'deleted',
      channel: undefined,
      provider: undefined,
      actions: [],
    } as const;
    expect(await store.apply(later)).toEqual({ isNews: true });
    expect(await store.find(connection.id)).toEqual(later);
  });

  it('leaves what is older, or known, alone', async () => {
    const store = open();
    const connection = aConnection({ generation: 10 });
    await store.apply(connection);
    for (const generation of [9, 10])
      expect(await store.apply({ ...connection, generation, name: 'older' })).toEqual({
        isNews: false,
      });
    expect(await store.find(connection.id)).toEqual(connection);
  });
}
