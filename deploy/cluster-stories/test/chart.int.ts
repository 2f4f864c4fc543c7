import { CommandError, runCommand } from '@made-open/images';
import {
  ensureChartTools,
  ensureKubernetesSchemas,
  type ChartTools,
} from '@made-open/test-cluster';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { chart } from '../src/index.ts';

const compileMs = 1_800_000;

const everything = {
  image: {
    registry: 'registry.example/made-open',
    pullSecrets: ['registry'],
    digests: { etl: `sha256:${'a'.repeat(64)}` },
  },
  defaults: {
    replicas: 2,
    autoscaling: { enabled: true },
    environment: { OTHER: 'value' },
    podLabels: { team: 'data' },
    podAnnotations: { note: 'seen' },
    nodeSelector: { 'kubernetes.io/arch': 'arm64' },
    tolerations: [{ key: 'dedicated', operator: 'Exists' }],
    priorityClassName: 'high',
  },
  services: { etl: { autoscaling: { max: 20 }, resources: { limits: { memory: '1Gi' } } } },
  gateway: { publicUrl: 'https://api.example.com' },
  trustedProxies: ['10.0.0.0/8'],
  oidc: { issuer: 'https://login.example.com', audience: 'made-open' },
  search: {
    engine: 'meilisearch',
    meilisearch: { url: 'http://meilisearch:7700', keySecret: { name: 'meilisearch' } },
  },
  tracing: { otlpEndpoint: 'http://collector:4318' },
  nats: { url: 'tls://nats.example:4222' },
  postgres: {
    host: 'postgres.example',
    parameters: 'sslmode=verify-full',
    administrator: { user: 'admin', passwordSecret: { name: 'postgres-admin' } },
  },
  ingress: {
    enabled: true,
    className: 'nginx',
    annotations: { owner: 'us' },
    gateway: { host: 'api.example.com', tlsSecret: 'api-tls' },
    admin: { host: 'admin.example.com', tlsSecret: 'admin-tls' },
  },
  networkPolicy: {
    apiFrom: [{ namespaceSelector: { matchLabels: { role: 'ingress' } } }],
    serversAt: [{ ipBlock: { cidr: '10.20.0.0/16' } }],
  },
};

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly securityContext?: object;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
}

interface Container {
  readonly image: string;
  readonly securityContext?: object;
  readonly resources?: { readonly limits?: { readonly memory?: string } };
}

describe('the chart', () => {
  let tools: ChartTools;
  let schemas: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'made-open-chart-'));
    tools = await ensureChartTools();
    schemas = await ensureKubernetesSchemas();
  }, compileMs);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function helm(args: readonly string[], values: object): Promise<string> {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const environment = {
      HELM_CACHE_HOME: folder,
      HELM_CONFIG_HOME: folder,
      HELM_DATA_HOME: folder,
    };
    return runCommand(tools.helm, [...args, `--values=${file}`], {
      env: { ...process.env, ...environment },
    });
  }

  function render(values: object, options: readonly string[] = []): Promise<string> {
    return helm(
      ['template', 'made-open', chart, '--namespace=fleet', '--kube-version=1.36.3', ...options],
      values,
    );
  }

  /** Throws with what is wrong. */
  function validate(manifests: string): Promise<string> {
    const location = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
    // What another operator's definitions describe is not in the schemas of Kubernetes.
    const options = ['-strict', '-summary', '-skip=ServiceMonitor', `-schema-location=${location}`];
    return runCommand(tools.kubeconform, [...options, '-'], { input: manifests });
  }

  it('passes lint', async () => {
    expect(await helm(['lint', '--strict', chart], everything)).toContain('0 chart(s) failed');
  });

  it.each([
    ['as it comes', {}],
    ['with everything that can be set', everything],
    [
      'without network policies, with metrics',
      { networkPolicy: { enabled: false }, serviceMonitor: { enabled: true } },
    ],
  ])('makes objects that Kubernetes takes, %s', async (_title, values) => {
    await expect(validate(await render(values))).resolves.toContain('Invalid: 0, Errors: 0');
    await expect(validate(await render(values, ['--is-upgrade']))).resolves.toContain(
      'Invalid: 0, Errors: 0',
    );
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
    ['Meilisearch without an address', { search: { engine: 'meilisearch' } }],
    ['a public address without TLS', { gateway: { publicUrl: 'http://api.example.com' } }],
  ])('refuses %s', async (_title, values) => {
    await expect(render(values)).rejects.toThrow(
      /values don't meet the specifications of the schema/u,
    );
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
    expect(withToken.map(({ name }) => name)).toEqual(['Job/made-open-secrets']);
  });
});

function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const manifest: Manifest | null = document.toJS();
    return manifest === null ? [] : [manifest];
  });
}
