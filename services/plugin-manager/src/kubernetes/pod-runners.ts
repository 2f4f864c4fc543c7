import type { Bus, RunnerSigner } from '@made-open/bus';
import type { Logger, Secret } from '@made-open/nest';
import type { FleetDriver } from '../fleet/fleet-driver.ts';
import { ApiPods } from './api/api-pods.ts';
import { ApiRunnerCluster } from './api/api-runner-cluster.ts';
import type { ApiServer } from './api/api-server.ts';
import { ApiTokenKeys } from './api/api-token-keys.ts';
import { IdentifyRunner } from './identity/identify-runner.ts';
import { issueIdentity } from './identity/issue-identity.ts';
import { KubernetesFleetDriver } from './kubernetes-fleet-driver.ts';
import { podResources } from './pod-resources.ts';
import { PodTokens } from './identity/pod-token.ts';
import { runnerDeployment } from './runner-deployment.ts';
import type { RunnerIdentities } from './identity/runner-identities.ts';
import type { RunnerPodSettings } from './runner-settings.ts';

export interface PodRunnersSettings {
  readonly pods: RunnerPodSettings;
  readonly signer: RunnerSigner;
  readonly lifetimeSeconds: number;
  readonly walletSigningKey: string;
  /** PKCS8 PEM of the X25519 key that pods seal their requests to. */
  readonly identityKey: Secret;
  /** Variables of the runners. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runners as pods of the cluster that this process is in. */
export function podRunners(
  server: ApiServer,
  { bus, logger }: { readonly bus: Bus; readonly logger: Logger },
  { pods, environment, identityKey, ...issuer }: PodRunnersSettings,
): { readonly driver: FleetDriver; readonly identities: RunnerIdentities } {
  const { namespace, installation, serviceAccount, owner } = pods;
  const driver = new KubernetesFleetDriver({
    cluster: new ApiRunnerCluster(server, { namespace, installation, owner, logger }),
    installation,
    deployment: (set, broken) => runnerDeployment(set, { settings: pods, environment }, broken),
    concurrencyOf: (room) => podResources(room, pods).concurrency,
    logger,
  });
  const identities = new IdentifyRunner({
    tokens: new PodTokens(new ApiTokenKeys(server)),
    pods: new ApiPods(server, namespace),
    namespace,
    serviceAccount,
    installation,
    issue: (pluginId) => issueIdentity(bus, issuer, pluginId),
    identityKey,
  });
  return { driver, identities };
}
