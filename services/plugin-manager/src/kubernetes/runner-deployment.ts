import type { V1Container, V1Deployment, V1PodSpec } from '@kubernetes/client-node';
import type { RunnerSet } from '../fleet/fleet-driver.ts';
import { deploymentName } from './deployment-name.ts';
import { annotations, labels, managerName, runnerComponent, tokenAudience } from './names.ts';
import { podResources } from './pod-resources.ts';
import type { RunnerPodSettings } from './runner-settings.ts';

export interface RunnerDeploymentFacts {
  readonly settings: RunnerPodSettings;
  /** Further variables of the runner, for example its log level. No secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

const identityPath = '/run/made-open';
const bootstrapFiles = ['nats.creds', 'identity.pub'].map((key) => ({ key, path: key }));
const tokenSeconds = 3600;
/** What a runner gives itself is less than what the cluster gives it. */
const stopMarginSeconds = 5;

/** The Deployment of one set, whole. */
export function runnerDeployment(
  set: RunnerSet,
  facts: RunnerDeploymentFacts,
  broken?: string,
): V1Deployment {
  const { settings } = facts;
  const name = deploymentName(settings.installation, set);
  const selector = { [labels.installation]: settings.installation, [labels.runner]: name };
  const own = {
    ...selector,
    [labels.managedBy]: managerName,
    [labels.component]: runnerComponent,
  };
  const identity = {
    [annotations.pluginId]: set.pluginId,
    [annotations.pluginVersion]: set.version,
    [annotations.lane]: set.lane,
    [annotations.fingerprint]: set.fingerprint,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: settings.namespace,
      labels: own,
      annotations: {
        ...identity,
        ...(broken === undefined ? {} : { [annotations.broken]: broken }),
      },
    },
    spec: {
      replicas: broken === undefined ? set.replicas : 0,
      revisionHistoryLimit: 1,
      // At once: pods of before may hold permissions that were taken back, and work waits for those that come.
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' },
      },
      selector: { matchLabels: selector },
      template: { metadata: { labels: own, annotations: identity }, spec: podSpec(set, facts) },
    },
  };
}

function podSpec(set: RunnerSet, facts: RunnerDeploymentFacts): V1PodSpec {
  const { settings } = facts;
  const { runtimeClass, priorityClass } = settings;
  return {
    serviceAccountName: settings.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: settings.terminationSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10_001,
      runAsGroup: 10_001,
      fsGroup: 10_001,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(settings.hostUsers ? {} : { hostUsers: false }),
    ...(runtimeClass === undefined ? {} : { runtimeClassName: runtimeClass }),
    ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
    imagePullSecrets: settings.pullSecrets.map((name) => ({ name })),
    nodeSelector: { ...settings.nodeSelector },
    tolerations: [...settings.tolerations],
    containers: [runnerContainer(set, facts)],
    volumes: [identityVolume(settings), { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
  };
}

/** No other token than one that plugin-manager alone takes, and a NATS user that may only ask it. */
function identityVolume({ bootstrapSecret, natsAuthority }: RunnerPodSettings): {
  name: string;
  projected: object;
} {
  return {
    name: 'identity',
    projected: {
      defaultMode: 0o440,
      sources: [
        {
          serviceAccountToken: {
            audience: tokenAudience,
            expirationSeconds: tokenSeconds,
            path: 'token',
          },
        },
        { secret: { name: bootstrapSecret, items: bootstrapFiles } },
        ...(natsAuthority === undefined ? [] : [authoritySource(natsAuthority)]),
      ],
    },
  };
}

function authoritySource({ name, key }: { name: string; key: string }): object {
  return { secret: { name, items: [{ key, path: 'nats-ca.crt' }] } };
}

function runnerContainer(set: RunnerSet, facts: RunnerDeploymentFacts): V1Container {
  const { settings } = facts;
  const { concurrency, resources } = podResources(set, settings);
  const environment = {
    // Beside the syncs, of which each may hold as much; unless the operator says otherwise.
    INVOCATION_CONCURRENCY: String(concurrency),
    ...facts.environment,
    PLUGIN_ID: set.pluginId,
    PLUGIN_VERSION: set.version,
    RUNNER_LANE: set.lane,
    RUN_CONCURRENCY: String(concurrency),
    NATS_URL: settings.natsUrl,
    ...(settings.natsAuthority === undefined
      ? {}
      : { NATS_CA_FILE: `${identityPath}/nats-ca.crt` }),
    NATS_CREDENTIALS_FILE: `${identityPath}/nats.creds`,
    IDENTITY_TOKEN_FILE: `${identityPath}/token`,
    MANAGER_IDENTITY_KEY_FILE: `${identityPath}/identity.pub`,
    HEALTH_PORT: '9090',
    STOP_WITHIN_MS: String((settings.terminationSeconds - stopMarginSeconds) * 1000),
  };
  return {
    name: 'runner',
    image: settings.image,
    imagePullPolicy: settings.pullPolicy,
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    ports: [{ name: 'health', containerPort: 9090 }],
    startupProbe: { ...probe('/health/live'), periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: { ...probe('/health/live'), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe('/health/ready'), periodSeconds: 1, failureThreshold: 3 },
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'identity', mountPath: identityPath, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

function probe(path: string): { httpGet: { path: string; port: string }; timeoutSeconds: number } {
  return { httpGet: { path, port: 'health' }, timeoutSeconds: 5 };
}
