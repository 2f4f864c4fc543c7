import { readEvents } from '@made-open/bus';
import {
  ConnectionChangedSchema,
  ConnectionStateChangedSchema,
  ProviderSlotChangedSchema,
} from '@made-open/contracts';
import { connectDatabase, migrate, type Database } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import { PostgresAuditLog } from '../src/audit/postgres-audit-log.ts';
import { PostgresConnectionStore } from '../src/connections/postgres-connection-store.ts';
import { PostgresFleetStore } from '../src/fleet/store/postgres-fleet-store.ts';
import { PostgresManifestStore } from '../src/http-manifests/postgres-manifest-store.ts';
import { PostgresKeyStore } from '../src/keys/postgres-key-store.ts';
import { migrations } from '../src/migrations.ts';
import { PostgresPluginStore } from '../src/plugins/postgres-plugin-store.ts';
import { PostgresProviderStore } from '../src/providers/postgres-provider-store.ts';
import { PostgresRunLogStore } from '../src/runs/logs/postgres-run-log-store.ts';
import { PostgresScalingStore } from '../src/scaling/postgres-scaling-store.ts';
import { PostgresTaskStore } from '../src/tasks/postgres-task-store.ts';
import { aConnection, connectionStoreContract } from './contracts/connection-store.contract.ts';
import { fleetStoreContract } from './contracts/fleet-store.contract.ts';
import { canariesContract } from './contracts/canaries.contract.ts';
import { aVersion, pluginStoreContract } from './contracts/plugin-store.contract.ts';
import { manifestStoreContract } from './contracts/manifest-store.contract.ts';
import { providerStoreContract } from './contracts/provider-store.contract.ts';
import {
  auditLogContract,
  keyStoreContract,
  runLogStoreContract,
  taskStoreContract,
} from './contracts/record-stores.contract.ts';

import { scaledPlugins, scalingStoreContract } from './contracts/scaling-store.contract.ts';

let platform: TestPlatform;
let database: Database<unknown>;

beforeAll(async () => {
  platform = await TestPlatform.start();
  const options = await platform.database('plugin-manager');
  await migrate(options, migrations);
  database = connectDatabase(options);
});
afterAll(async () => {
  await database?.close();
  await platform?.stop();
});
beforeEach(async () => {
  await database.pool.query(
    'truncate http_manifest_import, provider_slot, provider_config, canary_run, plugin, bundle, plugin_version, connection, api_key, audit, run_log, task, outbox, scaling, scaling_decision, runner_set, runner_reset restart identity',
  );
});

async function outbox(): Promise<{ subject: string; payload: string }[]> {
  const { rows } = await database.pool.query<{ subject: string; payload: string }>(
    'select subject, payload from outbox order by id',
  );
  return rows;
}

async function pluginEvents() {
  return (await outbox()).filter(({ subject }) => subject.startsWith('plugin.'));
}

describe('PostgresPluginStore', () => {
  pluginStoreContract(() => {
    const connections = new PostgresConnectionStore(database.pool);
    return Promise.resolve({
      plugins: new PostgresPluginStore(database.pool),
      announced: async () => (await pluginEvents()).map(({ subject }) => subject),
      connect: async (pluginId) => void (await connections.add(aConnection({ pluginId }))),
    });
  });
});

describe('PostgresPluginStore with versions that are tried out', () => {
  canariesContract(() =>
    Promise.resolve({
      plugins: new PostgresPluginStore(database.pool),
      announced: async () => (await pluginEvents()).map(({ subject }) => subject),
    }),
  );
});

describe('PostgresConnectionStore', () => {
  connectionStoreContract(() =>
    Promise.resolve({
      plugins: new PostgresPluginStore(database.pool),
      connections: new PostgresConnectionStore(database.pool),
      announced: async () =>
        (await outbox())
          .filter(({ subject }) => subject === 'plugin.ConnectionChanged')
          .flatMap(({ payload }) => readEvents(ConnectionChangedSchema, Buffer.from(payload)))
          .map(({ message }) => message),
      stateChanges: async () =>
        (await outbox())
          .filter(({ subject }) => subject === 'connector.ConnectionStateChanged')
          .flatMap(({ payload }) => readEvents(ConnectionStateChangedSchema, Buffer.from(payload)))
          .map(({ message: { from, to } }) => `${from} → ${to}`),
    }),
  );
});

describe('PostgresProviderStore', () => {
  providerStoreContract(() =>
    Promise.resolve({
      plugins: new PostgresPluginStore(database.pool),
      connections: new PostgresConnectionStore(database.pool),
      providers: new PostgresProviderStore(database.pool),
      announced: async () =>
        (await outbox())
          .filter(({ subject }) => subject === 'plugin.ProviderSlotChanged')
          .flatMap(({ payload }) => readEvents(ProviderSlotChangedSchema, Buffer.from(payload)))
          .map(({ message }) => message),
    }),
  );
});

describe('PostgresManifestStore', () => {
  manifestStoreContract(() => new PostgresManifestStore(database.pool));
});

describe('PostgresRunLogStore', () => {
  runLogStoreContract(() => new PostgresRunLogStore(database.pool));
});

describe('PostgresAuditLog', () => {
  auditLogContract(() => new PostgresAuditLog(database.pool));
});

describe('PostgresTaskStore', () => {
  taskStoreContract(() => {
    const connections = new PostgresConnectionStore(database.pool);
    const plugins = new PostgresPluginStore(database.pool);
    return {
      tasks: new PostgresTaskStore(database.pool),
      audit: new PostgresAuditLog(database.pool),
      connect: async (id) => {
        await plugins.add(aVersion());
        await connections.add(aConnection({ id }));
      },
      disconnect: (id) => connections.remove(id, { isDataKept: true }),
    };
  });
});

describe('PostgresFleetStore', () => {
  fleetStoreContract(() => new PostgresFleetStore(database.pool));
});

describe('PostgresKeyStore', () => {
  keyStoreContract(() => new PostgresKeyStore(database.pool));
});

describe('PostgresScalingStore', () => {
  scalingStoreContract(async () => {
    const plugins = new PostgresPluginStore(database.pool);
    for (const id of scaledPlugins) await plugins.add(aVersion({ id }));
    return new PostgresScalingStore(database.pool);
  });

  it('forgets what it knows of a plugin with the plugin', async () => {
    const plugins = new PostgresPluginStore(database.pool);
    await plugins.add(aVersion());
    const [id] = scaledPlugins;
    const scaling = new PostgresScalingStore(database.pool);
    await scaling.setOverride(id, { min: 1, max: undefined, replicas: undefined });
    await plugins.remove(id);
    expect(await scaling.override(id)).toMatchObject({ revision: 0 });
  });
});
