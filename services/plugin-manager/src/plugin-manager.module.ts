import { outboxRelayOf, type Platform } from '@made-open/nest';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Pool } from 'pg';
import { AuditController } from './audit/audit.controller.ts';
import { AuditLog } from './audit/audit-log.ts';
import { PostgresAuditLog } from './audit/postgres-audit-log.ts';
import { BuilderController } from './builder/api/builder.controller.ts';
import { BuilderSourcesController } from './builder/api/builder-sources.controller.ts';
import type { ManagerConfig } from './config.ts';
import { BusTestQueue } from './connection-tests/bus-test-queue.ts';
import { RecordTest } from './connection-tests/record-test.ts';
import { TestConnection } from './connection-tests/test-connection.ts';
import { TestsConsumer } from './connection-tests/tests.consumer.ts';
import { TestsController } from './connection-tests/tests.controller.ts';
import { ChangeConnection } from './connections/change-connection.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsController } from './connections/connections.controller.ts';
import { DeletedConnectionsController } from './connections/deleted-connections.controller.ts';
import { PausesController } from './connections/pauses.controller.ts';
import { PostgresConnectionStore } from './connections/postgres-connection-store.ts';
import { RemapController } from './runs/remap.controller.ts';
import { WalletConfigVault } from './configs/wallet-config-vault.ts';
import { EgressController } from './egress/egress.controller.ts';
import { OverrideFile } from './egress/override-file.ts';
import { Endpoints } from './endpoints/endpoints.ts';
import { EndpointsController } from './endpoints/endpoints.controller.ts';
import { HttpManifestsController } from './http-manifests/http-manifests.controller.ts';
import { PostgresManifestStore } from './http-manifests/postgres-manifest-store.ts';
import { Fleet } from './fleet/fleet.ts';
import { fleetOf } from './fleet/fleet-of.ts';
import { IdentitiesConsumer } from './kubernetes/identity/identities.consumer.ts';
import { RunnerIdentities } from './kubernetes/identity/runner-identities.ts';
import { runnersOf } from './runners/runners-of.ts';
import { RunnersConsumer } from './runners/runners.consumer.ts';
import { RunnersController } from './runners/runners.controller.ts';
import { Authenticate } from './keys/authenticate.ts';
import { GatewayClientKeys } from './keys/gateway-client-keys.ts';
import { KeysController } from './keys/keys.controller.ts';
import { ManageKeys } from './keys/manage-keys.ts';
import { PostgresKeyStore } from './keys/postgres-key-store.ts';
import { ScopeGuard } from './keys/scope.guard.ts';
import { Accounts } from './oauth/account-client.ts';
import { AccountsConsumer } from './oauth/accounts.consumer.ts';
import { OutcomesConsumer } from './runs/outcomes.consumer.ts';
import { SendingsConsumer } from './runs/sendings.consumer.ts';
import { SignalsConsumer } from './runs/signals.consumer.ts';
import { OAuthController } from './oauth/oauth.controller.ts';
import { WalletAccounts } from './oauth/wallet-accounts.ts';
import { BusPeople } from './people/bus-people.ts';
import { ExportsController } from './people/exports.controller.ts';
import { ManagePeople } from './people/manage-people.ts';
import { PeopleController } from './people/people.controller.ts';
import { afterUpdate } from './plugins/after-update.ts';
import { PluginsController } from './plugins/plugins.controller.ts';
import { PostgresPluginStore } from './plugins/postgres-plugin-store.ts';
import { ActivateVersion } from './versions/activate-version.ts';
import { CanaryController } from './versions/canary/canary.controller.ts';
import { TryOutVersion } from './versions/canary/try-out-version.ts';
import { canariesOf, WatchCanaries } from './versions/canary/watch-canaries.ts';
import { VersionsController } from './versions/versions.controller.ts';
import { InstallGuard } from './profile/install.guard.ts';
import { Profile } from './profile/profile.ts';
import { PostgresProviderStore } from './providers/postgres-provider-store.ts';
import { installsOf, providerControllers, registryOf } from './provider-parts.module.ts';
import { providersOf } from './providers-of.module.ts';
import { Deliveries } from './deliveries/deliveries.ts';
import { DeliveriesController } from './deliveries/deliveries.controller.ts';
import { ExecutionsController } from './rules/executions.controller.ts';
import { Rules } from './rules/rules.ts';
import { RulesController } from './rules/rules.controller.ts';
import { BusRunSource } from './runs/bus-run-source.ts';
import { PostgresRunLogStore } from './runs/logs/postgres-run-log-store.ts';
import { RecordLogs } from './runs/logs/record-logs.ts';
import { RunLogStore } from './runs/logs/run-log-store.ts';
import { CheckpointsController } from './runs/checkpoints.controller.ts';
import { ReadRuns } from './runs/read-runs.ts';
import { RunsController } from './runs/runs.controller.ts';
import { PluginScaling } from './scaling/plugin-scaling.ts';
import { PostgresScalingStore } from './scaling/postgres-scaling-store.ts';
import { ScalingController } from './scaling/scaling.controller.ts';
import { SearchIndexes } from './search/search-indexes.ts';
import { SearchIndexesController } from './search/search-indexes.controller.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.ts';
import { ConnectionTasks } from './tasks/connection-tasks.ts';
import { PostgresTaskStore } from './tasks/postgres-task-store.ts';
import { TaskLoop } from './tasks/task-loop.ts';
import { taskSteps } from './tasks/task-steps.ts';
import { TasksController } from './tasks/tasks.controller.ts';
import { AuthenticateToken } from './tokens/authenticate-token.ts';
import { HttpIssuerKeys } from './tokens/http-issuer-keys.ts';
import { WebhookTokenController } from './webhooks/webhook-token.controller.ts';
import { ShowConnections } from './webhooks/webhook-view.ts';
import type { ManagerParts } from './manager-parts.ts';
import { loadFolder, startBackground } from './start-background.ts';

const controllers: Type[] = [
  PluginsController,
  VersionsController,
  HttpManifestsController,
  CanaryController,
  BuilderController,
  BuilderSourcesController,
  ...providerControllers,
  ConnectionsController,
  DeletedConnectionsController,
  PausesController,
  WebhookTokenController,
  TestsController,
  RunsController,
  RemapController,
  TasksController,
  CheckpointsController,
  RulesController,
  DeliveriesController,
  SubscriptionsController,
  ExecutionsController,
  EndpointsController,
  PeopleController,
  ExportsController,
  KeysController,
  RunnersController,
  ScalingController,
  EgressController,
  SearchIndexesController,
  AuditController,
  OAuthController,
  AccountsConsumer,
  OutcomesConsumer,
  SendingsConsumer,
  SignalsConsumer,
  RunnersConsumer,
  IdentitiesConsumer,
  TestsConsumer,
];

@Module({})
export class PluginManagerModule {
  /** With PostgreSQL, the other services, and runners as processes. */
  static register(platform: Platform, config: ManagerConfig): DynamicModule {
    const relay = outboxRelayOf(platform);
    const parts: ManagerParts = realParts(platform, config, (pluginId) => {
      relay.kick();
      if (pluginId !== undefined) parts.fleet.kick(pluginId);
    });
    startBackground(platform, parts, relay);
    loadFolder(platform, parts, config.pluginsFolder);
    for (const work of afterUpdate({ ...parts, logger: platform.logger })) {
      work.start();
      platform.onStop(() => work.stop());
    }
    return PluginManagerModule.of(parts);
  }

  static of(parts: ManagerParts): DynamicModule {
    const { plugins, connections, vault, audit, keys, runLogs } = parts;
    const changes = new ChangeConnection(plugins, connections, vault);
    const callers = {
      keys: new Authenticate(keys, parts.callers.bootstrapKey),
      tokens: parts.tokens,
    };
    return {
      module: PluginManagerModule,
      controllers,
      providers: [
        { provide: ActivateVersion, useValue: new ActivateVersion(parts) },
        { provide: TryOutVersion, useValue: new TryOutVersion(parts) },
        { provide: WatchCanaries, useValue: parts.canaries },
        ...installsOf(parts),
        ...providersOf(parts),
        { provide: ConnectionStore, useValue: connections },
        { provide: ChangeConnection, useValue: changes },
        { provide: ShowConnections, useValue: new ShowConnections(parts.publicUrl) },
        { provide: TestConnection, useValue: new TestConnection(parts) },
        { provide: RecordTest, useValue: new RecordTest(connections, parts.profile) },
        { provide: RunLogStore, useValue: runLogs },
        { provide: ManagePeople, useValue: new ManagePeople(parts.people, changes) },
        { provide: ReadRuns, useValue: new ReadRuns(parts.runs, parts.tasks) },
        { provide: ConnectionTasks, useValue: new ConnectionTasks(parts, changes) },
        { provide: RecordLogs, useValue: new RecordLogs(connections, runLogs, parts.profile) },
        { provide: AuditLog, useValue: audit },
        { provide: Accounts, useValue: parts.accounts },
        {
          provide: ManageKeys,
          useValue: new ManageKeys(keys, parts.clientKeys, parts.callers.bootstrapKey),
        },
        { provide: OverrideFile, useValue: parts.overrides },
        { provide: SearchIndexes, useValue: parts.searchIndexes },
        { provide: Rules, useValue: parts.rules },
        { provide: Deliveries, useValue: parts.deliveries },
        { provide: Subscriptions, useValue: parts.subscriptions },
        { provide: Endpoints, useValue: parts.endpoints },
        { provide: Fleet, useValue: parts.fleet },
        { provide: PluginScaling, useValue: new PluginScaling(parts) },
        { provide: RunnerIdentities, useValue: parts.identities },
        { provide: Profile, useValue: parts.profile },
        { provide: APP_GUARD, useValue: new ScopeGuard(callers, audit, parts.callers) },
        { provide: APP_GUARD, useValue: new InstallGuard(parts.profile, audit) },
      ],
    };
  }
}

function realParts(
  platform: Platform,
  config: ManagerConfig,
  onChange: (pluginId?: string) => void,
): ManagerParts {
  const { bus, logger } = platform;
  const { pool } = platform.database;
  const plugins = new PostgresPluginStore(pool, onChange);
  const connections = new PostgresConnectionStore(pool, onChange);
  const audit = new PostgresAuditLog(pool);
  const vault = new WalletConfigVault(bus, config.walletSealingKey);
  const changes = new ChangeConnection(plugins, connections, vault);
  const tasks = new PostgresTaskStore(pool);
  const runs = new BusRunSource(bus);
  const subscriptions = new Subscriptions(bus);
  const steps = taskSteps(runs, { connections, changes, subscriptions });
  const { driver, identities } = runnersOf(platform, config);
  const overrides = new OverrideFile(config.egressOverridesFile, logger);
  const stores = { plugins, connections, audit };
  const profile = new Profile(config.profile);
  const fleet = fleetOf(platform, config.scaling, { ...stores, driver, overrides });
  return {
    ...stores,
    manifests: new PostgresManifestStore(pool),
    providers: new PostgresProviderStore(pool, () => onChange()),
    vault,
    accounts: new WalletAccounts(bus, config.walletSealingKey),
    ...recordsOf(pool),
    runs,
    people: new BusPeople(bus),
    rules: new Rules(bus),
    deliveries: new Deliveries(bus),
    subscriptions,
    endpoints: new Endpoints(bus, vault),
    searchIndexes: new SearchIndexes(bus),
    tasks,
    taskLoop: new TaskLoop({ store: tasks, steps, logger }),
    clientKeys: new GatewayClientKeys(bus),
    overrides,
    ...registryOf(config, overrides),
    profile,
    identities,
    fleet,
    canaries: canariesOf(fleet, config.canaryReadyMs, { ...stores, vault, runs, profile, logger }),
    testQueue: new BusTestQueue(bus),
    ...settingsOf(config),
    callers: config,
    tokens: tokensOf(config, overrides),
  };
}

function settingsOf(config: ManagerConfig) {
  const { testMs, publicUrl, pythonRuntime, hasBuilder, scaling: limits } = config;
  return { testMs, publicUrl, pythonRuntime, hasBuilder, limits };
}

/** What needs nothing but the database. */
function recordsOf(pool: Pool): Pick<ManagerParts, 'runLogs' | 'keys' | 'scaling'> {
  return {
    runLogs: new PostgresRunLogStore(pool),
    keys: new PostgresKeyStore(pool),
    scaling: new PostgresScalingStore(pool),
  };
}

function tokensOf(
  { tokens, egressProxy: proxy }: ManagerConfig,
  overrides: OverrideFile,
): AuthenticateToken | undefined {
  if (tokens === undefined) return undefined;
  const keys = new HttpIssuerKeys(tokens.issuer, () => ({ overrides: overrides.all(), proxy }));
  return new AuthenticateToken(tokens, keys);
}
