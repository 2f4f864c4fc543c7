import { chartServers, CommandError } from '@made-open/images';
import { join } from 'node:path';
import { chart } from '../src/index.ts';
import {
  ChartRenderer,
  compileMs,
  describeWithChart,
  manifestsOf,
  type EgressRule,
} from './chart-renderer.ts';
import { everything } from './everything.ts';
import { exportedMetrics, metricsIn } from './exported-metrics.ts';

describeWithChart('the chart', () => {
  let renderer: ChartRenderer;

  beforeAll(async () => {
    renderer = await ChartRenderer.prepare();
  }, compileMs);
  afterAll(() => renderer.remove());

  const render = (values: object, options?: readonly string[]): Promise<string> =>
    renderer.render(values, options);
  const validate = (manifests: string): Promise<string> => renderer.validate(manifests);

  it('passes lint', async () => {
    expect(await renderer.helm(['lint', '--strict', chart], everything)).toContain(
      '0 chart(s) failed',
    );
  });

  it.each([
    ['as it comes', {}],
    ['with everything that can be set', everything],
    [
      'with three servers of NATS',
      { nats: { servers: 3, replicas: 3, tls: { serverSecret: 'nats-tls' } } },
    ],
    [
      'without network policies and admission policy, with metrics',
      {
        networkPolicy: { enabled: false },
        runner: { admissionPolicy: { enabled: false } },
        serviceMonitor: { enabled: true },
      },
    ],
  ])('makes objects that Kubernetes takes, %s', async (_title, values) => {
    await expect(validate(await render(values))).resolves.toContain('Invalid: 0, Errors: 0');
    await expect(validate(await render(values, ['--is-upgrade']))).resolves.toContain(
      'Invalid: 0, Errors: 0',
    );
  });

  it('makes objects that Kubernetes takes of the values for production', async () => {
    const file = join(chart, 'values-production.yaml');
    const manifests = await render({}, [`--values=${file}`]);
    await expect(validate(manifests)).resolves.toContain('Invalid: 0, Errors: 0');
    const kinds = manifestsOf(manifests).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    // Servers that keep data are not the chart's own there.
    expect(kinds.filter((kind) => kind.startsWith('StatefulSet'))).toEqual([]);
    const services = manifestsOf(manifests).filter(({ kind }) => kind === 'Deployment');
    for (const { metadata } of services)
      expect(kinds).toContain(`PodDisruptionBudget ${metadata.name}`);
  });

  it('is found out when it makes others', async () => {
    const wrong = (await render({})).replace('replicas: 1', 'replicas: many');
    await expect(validate(wrong)).rejects.toThrow(CommandError);
  });

  it.each([
    ['an unknown value', { servces: {} }],
    ['an unknown service', { services: { 'plugin-runner': {} } }],
    [
      'an external PostgreSQL without its administrator’s password',
      { postgres: { host: 'db.example' } },
    ],
    ['three servers of NATS without certificates', { nats: { servers: 3 } }],
    [
      'a proxy of somebody else whose place nobody says',
      { egressProxy: { enabled: true, url: 'http://proxy.example:3128' } },
    ],
    ['Meilisearch without an address', { search: { engine: 'meilisearch' } }],
    ['tolerations of everything', { runner: { tolerations: [{ operator: 'Exists' }] } }],
    ['a public address without TLS', { gateway: { publicUrl: 'http://api.example.com' } }],
  ])('refuses %s', async (_title, values) => {
    await expect(render(values)).rejects.toThrow(
      /values don't meet the specifications of the schema/u,
    );
  });

  it.each([
    ['more copies than servers of NATS', { nats: { replicas: 3 } }, /nats\.replicas/u],
    [
      'runners beside the secrets of services',
      { runner: { namespace: 'fleet' } },
      /runner\.namespace/u,
    ],
    [
      'a volume that is too small for the streams',
      { nats: { storage: { size: '20Gi' } } },
      /nats\.storage\.size/u,
    ],
  ])('refuses %s', async (_title, values, reason) => {
    await expect(render(values)).rejects.toThrow(reason);
  });

  it('brings every schema up to date before the pods of a new version start', async () => {
    const manifests = manifestsOf(await render({}, ['--is-upgrade']));
    const job = manifests.find(({ metadata }) => metadata.name === 'made-open-setup-1');
    expect(job?.metadata.annotations?.['helm.sh/hook']).toBe('pre-upgrade');
    const { initContainers = [], containers = [] } = job?.spec?.template?.spec ?? {};
    const steps = [...initContainers, ...containers].map(({ name }) => name);
    const services = manifests.filter(({ kind }) => kind === 'Deployment');
    expect(steps).toEqual([
      'nats',
      'postgres',
      ...services.map(({ metadata }) => metadata.name.replace('made-open-', 'migrate-')),
    ]);
  });

  it('lets plugin-manager make runners in a namespace of theirs, where no other secret is', async () => {
    const manifests = manifestsOf(await render(everything));
    const apart = manifests.filter(({ metadata }) => metadata.namespace === 'fleet-runners');
    const names = apart.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
    expect(names).toEqual([
      'NetworkPolicy made-open-default-deny',
      'NetworkPolicy made-open-runners',
      'Role made-open-bootstrap',
      'Role made-open-plugin-manager',
      'RoleBinding made-open-bootstrap',
      'RoleBinding made-open-plugin-manager',
      'ServiceAccount made-open-runner',
    ]);
    const roles = manifests.filter(({ kind }) => /^(Cluster)?Role$/u.test(kind));
    expect(roles.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)).toEqual(
      expect.arrayContaining(['fleet-runners/made-open-plugin-manager', '/made-open-secrets']),
    );
    expect(roles).toHaveLength(3);
    const namespace = manifests.find(({ kind }) => kind === 'Namespace');
    expect(namespace?.metadata).toMatchObject({
      name: 'fleet-runners',
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    });
  });

  it('tells the account of NATS its limits', async () => {
    const job = manifestsOf(await render(everything)).find(
      ({ kind, metadata }) => kind === 'Job' && metadata.name === 'made-open-secrets',
    );
    const { env = [] } = job?.spec?.template?.spec.containers[0] ?? {};
    expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toMatchObject({
      NATS_MEMORY_BYTES: '1073741824',
      NATS_DISK_BYTES: '107374182400',
      NATS_STREAMS: '40',
      NATS_CONSUMERS: '900',
      BOOTSTRAP_DAYS: '400',
    });
  });

  it('lets nobody but the proxy out into the world where there is one', async () => {
    const leaving = async (egressProxy: object): Promise<string[]> =>
      manifestsOf(await render({ egressProxy }))
        .filter(({ kind, spec }) => kind === 'NetworkPolicy' && isOutward(spec?.egress))
        .map(({ metadata }) => metadata.name)
        .toSorted();
    expect(await leaving({})).toEqual(['made-open-runners', 'made-open-world']);
    expect(await leaving({ enabled: true })).toEqual(['made-open-egress-proxy']);
    const at = [{ ipBlock: { cidr: '10.40.0.0/16' } }];
    const url = 'http://proxy.example:3128';
    expect(await leaving({ enabled: true, url, at })).toEqual([]);
  });

  it('tells those that go out where the proxy is', async () => {
    const told = async (values: object): Promise<Record<string, string | undefined>> =>
      Object.fromEntries(
        manifestsOf(await render(values)).flatMap(({ kind, metadata, spec }) => {
          const { env = [] } = spec?.template?.spec.containers[0] ?? {};
          const found = env.find(({ name }) => name === 'EGRESS_PROXY_URL');
          return kind === 'Deployment' && found ? [[metadata.name, found.value]] : [];
        }),
      );
    const own = 'http://made-open-egress-proxy.fleet.svc:3128';
    expect(await told({})).toEqual({});
    expect(await told({ egressProxy: { enabled: true } })).toEqual({
      'made-open-credential-wallet': own,
      'made-open-plugin-manager': own,
      'made-open-rules': own,
    });
  });

  it('shows and alerts by metrics that services export', async () => {
    const monitored = { serviceMonitor: { enabled: true }, alerts: { enabled: true } };
    const rendered = await render({ ...monitored, dashboards: { enabled: true } });
    const manifests = manifestsOf(rendered);
    const board = manifests.find(({ metadata }) => metadata.name === 'made-open-dashboards');
    expect(board?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    const { panels } = JSON.parse(board?.data?.['made-open.json'] ?? '{}');
    const shown: string[] = panels.flatMap(({ targets }: Panel) => targets.map(({ expr }) => expr));
    const rules = [...rendered.matchAll(/^ +expr: (.+)$/gmu)].map(
      ([, expression = '']) => expression,
    );
    expect([shown.length, rules.length]).toEqual([12, 5]);
    const exported = exportedMetrics();
    for (const expression of [...shown, ...rules]) {
      const names = metricsIn(expression);
      expect(names).not.toEqual([]);
      expect(names.filter((name) => !exported.has(name))).toEqual([]);
    }
  });

  it('finds the metrics of every service, and of runners', async () => {
    const manifests = manifestsOf(await render({ serviceMonitor: { enabled: true } }));
    const kinds = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds).toContain('ServiceMonitor made-open');
    expect(kinds).toContain('PodMonitor made-open-runners');
    for (const { metadata } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      const service = manifests.find(
        ({ kind, metadata: { name } }) => kind === 'Service' && name === metadata.name,
      );
      expect(service?.spec?.ports?.map(({ name }) => name)).toContain('health');
    }
  });

  it('leaves a namespace of runners that somebody else makes to them', async () => {
    const values = { runner: { namespace: 'elsewhere', createNamespace: false } };
    const manifests = manifestsOf(await render(values));
    expect(manifests.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
    const role = manifests.find(
      ({ kind, metadata }) => kind === 'Role' && metadata.name === 'made-open-plugin-manager',
    );
    expect(role?.metadata.namespace).toBe('elsewhere');
  });

  it('asks for servers by the names that images of them are made with', async () => {
    const images = manifestsOf(await render({})).flatMap(({ spec }) =>
      (spec?.template?.spec.containers ?? []).map(({ image }) => `docker.io/library/${image}`),
    );
    expect(images).toEqual(expect.arrayContaining(Object.values(chartServers)));
  });

  it('runs no container that may do more than it needs', async () => {
    const pods = manifestsOf(await render({})).flatMap(({ kind, metadata, spec }) =>
      spec?.template === undefined
        ? []
        : [{ name: `${kind}/${metadata.name}`, pod: spec.template.spec }],
    );
    expect(pods.length).toBeGreaterThan(9);
    for (const { name, pod } of pods) {
      expect({ name, security: pod.securityContext }).toEqual({
        name,
        security: expect.objectContaining({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        }),
      });
      for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
        expect({ name, security: container.securityContext }).toEqual({
          name,
          security: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        });
        expect(container.resources?.limits?.memory).toBeDefined();
      }
    }
    const withToken = pods.filter(({ pod }) => pod.automountServiceAccountToken !== false);
    expect(withToken.map(({ name }) => name).toSorted()).toEqual([
      'Deployment/made-open-plugin-manager',
      'Job/made-open-bootstrap',
      'Job/made-open-secrets',
    ]);
  });
});

interface Panel {
  readonly targets: readonly { readonly expr: string }[];
}

function isOutward(rules: readonly EgressRule[] = []): boolean {
  return rules.some(({ to = [] }) => to.some(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0'));
}
