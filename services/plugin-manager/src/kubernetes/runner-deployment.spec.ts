import { facts } from '../../test/kubernetes/facts.ts';
import type { RunnerSet } from '../fleet/fleet-driver.ts';
import { runnerDeployment } from './runner-deployment.ts';

const set: RunnerSet = {
  pluginId: 'com.example.a',
  version: '1.0.0',
  lane: 'canary',
  fingerprint: 'f1',
  replicas: 2,
  concurrency: 3,
  isolateMb: 64,
};

const podOf = (of: Partial<typeof facts.settings> = {}, changed: Partial<RunnerSet> = {}) => {
  const { spec } = runnerDeployment(
    { ...set, ...changed },
    { ...facts, settings: { ...facts.settings, ...of } },
  );
  const pod = spec?.template.spec;
  const container = pod?.containers[0];
  if (pod === undefined || container === undefined) throw new Error('there is no pod');
  const environment = Object.fromEntries((container.env ?? []).map((one) => [one.name, one.value]));
  return { pod, container, environment };
};

describe('runnerDeployment', () => {
  it('says which plugin, version and lane it is of, on itself and on its pods', () => {
    const { metadata, spec } = runnerDeployment(set, facts);
    const expected = {
      'made-open.io/plugin-id': 'com.example.a',
      'made-open.io/plugin-version': '1.0.0',
      'made-open.io/lane': 'canary',
      'made-open.io/fingerprint': 'f1',
    };
    expect(metadata?.annotations).toEqual(expected);
    expect(spec?.template.metadata?.annotations).toEqual(expected);
    expect(metadata?.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'made-open-plugin-manager',
      'made-open.io/installation': 'made-open',
    });
    expect(spec?.template.metadata?.labels).toMatchObject(spec?.selector.matchLabels ?? {});
    expect(podOf().environment).toMatchObject({
      PLUGIN_ID: 'com.example.a',
      PLUGIN_VERSION: '1.0.0',
      RUN_CONCURRENCY: '3',
      LOG_LEVEL: 'info',
    });
  });

  it('ends pods that hold what was taken back without waiting for those that come', () => {
    const { strategy, template } = runnerDeployment(set, facts).spec ?? {};
    expect(strategy?.rollingUpdate).toMatchObject({ maxUnavailable: '100%' });
    const other = runnerDeployment({ ...set, fingerprint: 'f2' }, facts).spec?.template;
    expect(other?.metadata?.annotations).not.toEqual(template?.metadata?.annotations);
  });

  it('leaves what a plugin has said to the log of its pod', () => {
    expect(podOf().container.terminationMessagePolicy).toBeUndefined();
  });

  it('is a pod that may do nothing but its work', () => {
    const { pod, container } = podOf();
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.volumes?.map(({ name }) => name)).toEqual(['identity', 'tmp']);
  });

  it('holds no secret, and no token that anybody else takes', () => {
    const { pod, environment } = podOf();
    const [identity] = pod.volumes ?? [];
    expect(identity?.projected?.sources?.[0]?.serviceAccountToken).toMatchObject({
      audience: 'made-open-plugin-manager',
      expirationSeconds: 3600,
    });
    expect(environment).toMatchObject({
      NATS_CREDENTIALS_FILE: '/run/made-open/nats.creds',
      IDENTITY_TOKEN_FILE: '/run/made-open/token',
      MANAGER_IDENTITY_KEY_FILE: '/run/made-open/identity.pub',
    });
    expect(Object.keys(environment)).not.toContain('RUNNER_SECRETS_FILE');
  });

  it('gives a pod as much memory as its sandboxes may need', () => {
    const { container, environment } = podOf({ cpuLimit: '2' });
    expect(container.resources).toEqual({
      requests: { cpu: '50m', memory: '256Mi' },
      limits: { cpu: '2', memory: '736Mi' },
    });
    expect(environment['RUN_CONCURRENCY']).toBe('3');
  });

  it('runs fewer at a time where the operator allows less, but always one', () => {
    const fewer = podOf({ maxMemoryMb: 600 });
    expect(fewer.container.resources?.limits).toEqual({ memory: '576Mi' });
    expect(fewer.environment['RUN_CONCURRENCY']).toBe('2');
    expect(fewer.environment['INVOCATION_CONCURRENCY']).toBe('2');
    const least = podOf({ maxMemoryMb: 300 }, { isolateMb: 256 });
    expect(least.container.resources?.limits).toEqual({ memory: '300Mi' });
    expect(least.environment['RUN_CONCURRENCY']).toBe('1');
  });

  it('gives itself less time to end than the cluster gives it', () => {
    const { pod, environment } = podOf({ terminationSeconds: 60 });
    expect(pod.terminationGracePeriodSeconds).toBe(60);
    expect(environment['STOP_WITHIN_MS']).toBe('55000');
  });

  it('trusts the authority of the operator’s NATS', () => {
    expect(podOf().environment).not.toHaveProperty('NATS_CA_FILE');
    const { pod, environment } = podOf({ natsAuthority: { name: 'nats-tls', key: 'ca.crt' } });
    expect(environment['NATS_CA_FILE']).toBe('/run/made-open/nats-ca.crt');
    expect(pod.volumes?.[0]?.projected?.sources).toContainEqual({
      secret: { name: 'nats-tls', items: [{ key: 'ca.crt', path: 'nats-ca.crt' }] },
    });
  });

  it('has what else an operator wants of pods, and leaves it to the cluster otherwise', () => {
    expect(podOf().pod).not.toHaveProperty('runtimeClassName');
    expect(podOf().pod).not.toHaveProperty('hostUsers');
    const wishes = { runtimeClass: 'gvisor', priorityClass: 'low', hostUsers: false };
    expect(podOf(wishes).pod).toMatchObject({
      runtimeClassName: 'gvisor',
      priorityClassName: 'low',
      hostUsers: false,
    });
  });

  it('has no pods while it is held back, and says why', () => {
    const { metadata, spec } = runnerDeployment(set, facts, 'why');
    expect(spec?.replicas).toBe(0);
    expect(metadata?.annotations).toMatchObject({ 'made-open.io/broken': 'why' });
  });
});
