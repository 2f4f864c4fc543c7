import type { KeySettings } from '@made-open/nest';
import type { AuditLog } from './audit/audit-log.ts';
import type { TestQueue } from './connection-tests/test-queue.ts';
import type { ConfigVault } from './configs/config-vault.ts';
import type { ConnectionStore } from './connections/connection-store.ts';
import type { OverrideFile } from './egress/override-file.ts';
import type { Endpoints } from './endpoints/endpoints.ts';
import type { Fleet } from './fleet/fleet.ts';
import type { RunnerIdentities } from './kubernetes/identity/runner-identities.ts';
import type { ClientKeys } from './keys/client-keys.ts';
import type { ManifestStore } from './http-manifests/manifest-store.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { Accounts } from './oauth/account-client.ts';
import type { People } from './people/people.ts';
import type { ProviderStore } from './providers/provider-store.ts';
import type { Profile } from './profile/profile.ts';
import type { PluginStore } from './plugins/plugin-store.ts';
import type { WatchCanaries } from './versions/canary/watch-canaries.ts';
import type { Catalog } from './registry/catalog.ts';
import type { PluginSource } from './registry/plugin-source.ts';
import type { Deliveries } from './deliveries/deliveries.ts';
import type { Rules } from './rules/rules.ts';
import type { RunLogStore } from './runs/logs/run-log-store.ts';
import type { RunSource } from './runs/run-source.ts';
import type { ScalingLimits } from './scaling/scaling-policy.ts';
import type { ScalingStore } from './scaling/scaling-store.ts';
import type { SearchIndexes } from './search/search-indexes.ts';
import type { Subscriptions } from './subscriptions/subscriptions.ts';
import type { TaskLoop } from './tasks/task-loop.ts';
import type { TaskStore } from './tasks/task.ts';
import type { AuthenticateToken } from './tokens/authenticate-token.ts';

/** The ports of the service, with their adapters or with doubles. */
export interface ManagerParts {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly providers: ProviderStore;
  readonly manifests: ManifestStore;
  readonly vault: ConfigVault;
  readonly accounts: Accounts;
  readonly runLogs: RunLogStore;
  readonly runs: RunSource;
  readonly people: People;
  readonly rules: Rules;
  readonly deliveries: Deliveries;
  readonly subscriptions: Subscriptions;
  readonly endpoints: Endpoints;
  readonly audit: AuditLog;
  readonly keys: KeyStore;
  readonly clientKeys: ClientKeys;
  readonly overrides: OverrideFile;
  readonly fleet: Fleet;
  readonly scaling: ScalingStore;
  readonly catalog: Catalog;
  readonly pluginSource: Pick<PluginSource, 'fetch'>;
  readonly limits: ScalingLimits;
  readonly profile: Profile;
  readonly identities: RunnerIdentities;
  readonly canaries: WatchCanaries;
  readonly testQueue: TestQueue;
  readonly testMs: number;
  readonly searchIndexes: SearchIndexes;
  readonly tasks: TaskStore;
  readonly taskLoop: TaskLoop;
  /** Address of channel-gateway as providers reach it; empty where nobody says. */
  readonly publicUrl: string;
  /** Where the built runtime of Python plugins lies; absent where there is none. */
  readonly pythonRuntime?: string | undefined;
  /** Whether the builder of plugins is there. */
  readonly hasBuilder: boolean;
  readonly callers: KeySettings;
  /** Absent where API keys alone open the admin API. */
  readonly tokens: AuthenticateToken | undefined;
}
