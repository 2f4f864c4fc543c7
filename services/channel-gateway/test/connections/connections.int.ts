import { ConnectionChangedSchema, ConnectionState } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { PostgresConnectionStore } from '../../src/connections/postgres-connection-store.ts';
import { connectionStoreContract } from './connection-store.contract.ts';
import { PostgresProviderSlots } from '../../src/connections/slots/postgres-provider-slots.ts';
import { Gateway } from '../gateway.ts';
import { providerSlotsContract } from './provider-slots.contract.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway?.stop());

describe('PostgresConnectionStore', () => {
  connectionStoreContract(() => new PostgresConnectionStore(gateway.database.db));
});

describe('PostgresProviderSlots', () => {
  providerSlotsContract(() => new PostgresProviderSlots(gateway.database.db));
});

describe('connections', () => {
  it('are taken over as plugin-manager announces them', async () => {
    await gateway.manager.publishEvents(ConnectionChangedSchema, [
      {
        message: {
          connectionId: 'announced',
          spaceId: 'default',
          pluginId: 'com.example.channel',
          pluginType: 'channel',
          state: ConnectionState.ACTIVE,
          grants: ['network:inbound'],
          generation: 7,
          webhooksJson: '[{"name":"events","verify":"github","secret":"webhookSecret"}]',
          webhookTokenHash: 'ab'.repeat(32),
        },
      },
    ]);
    const store = new PostgresConnectionStore(gateway.database.db);
    await eventually(async () =>
      expect(await store.find('announced')).toMatchObject({
        state: 'active',
        generation: 7,
        tokenHash: 'ab'.repeat(32),
        webhooks: [{ name: 'events', verify: 'github', secret: 'webhookSecret' }],
      }),
    );
  });
});
