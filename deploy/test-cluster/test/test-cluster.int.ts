import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isRunning, readRecord } from '../src/cluster/cluster-record.ts';
import { kubernetesVersion } from '../src/components/components-binary.ts';
import { endCluster, TestCluster } from '../src/index.ts';
import { componentsImage } from '../src/node/node-settings.ts';
import { describeWithCluster } from './available.ts';
import { ServedHost } from './served-host.ts';

const compileAndStartMs = 1_200_000;
const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

function devices(): string[] {
  return readdirSync('/sys/class/net').filter((name) => name.startsWith('made-open-'));
}

function pod(name: string, securityContext: object, args: readonly string[] = ['pause']): string {
  const container = {
    name: 'pause',
    image: componentsImage,
    args,
    imagePullPolicy: 'Never',
    securityContext,
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'tried' },
    spec: { containers: [container], terminationGracePeriodSeconds: 1 },
  });
}

await describeWithCluster('a cluster of one node', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
    await cluster.kubectl(['create', 'namespace', 'tried']);
    const enforce = 'pod-security.kubernetes.io/enforce=restricted';
    await cluster.kubectl(['label', 'namespace', 'tried', enforce]);
    // The namespace's account is made a moment later, and pods need it.
    await cluster.kubectl(['wait', '--for=create', 'serviceaccount/default', '--namespace=tried']);
  }, compileAndStartMs);
  afterAll(() => cluster.stop());

  it('is the pinned version of Kubernetes', async () => {
    const { serverVersion } = JSON.parse(await cluster.kubectl(['version', '--output=json']));
    expect(serverVersion.gitVersion).toBe(kubernetesVersion());
  });

  it('has a node that is ready', async () => {
    const { items } = JSON.parse(await cluster.kubectl(['get', 'nodes', '--output=json']));
    expect(items).toHaveLength(1);
    expect(items[0].status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'True' }),
    );
  });

  it('answers names of services, to the host as well, and no others', async () => {
    const resolver = new Resolver({ timeout: 2000, tries: 10 });
    resolver.setServers([cluster.addresses.dns]);
    expect(await resolver.resolve4('kubernetes.default.svc.cluster.local')).toEqual([
      cluster.addresses.apiService,
    ]);
    await expect(resolver.resolve4('www.example.com')).rejects.toThrow('ENOTFOUND');
  });

  it('runs a restricted pod', async () => {
    await cluster.kubectl(['apply', '--filename=-'], pod('modest', restricted));
    const waiting = ['wait', '--for=condition=Ready', 'pod/modest', '--namespace=tried'];
    await expect(cluster.kubectl([...waiting, '--timeout=100s'])).resolves.toContain('met');
  });

  it('refuses a pod that wants more than its namespace permits', async () => {
    const refused = cluster.kubectl(['apply', '--filename=-'], pod('immodest', {}));
    await expect(refused).rejects.toThrow('violates PodSecurity "restricted:latest"');
  });

  it('lets pods reach servers of the host as a part of the outside world', async () => {
    const server = createServer((_request, response) => response.end('{}'));
    const asked = once(server, 'request');
    server.listen(0, cluster.addresses.outside);
    try {
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      const url = `http://${cluster.addresses.outside}:${String(address.port)}`;
      const args = ['kubectl', 'get', '--raw', '/asked', `--server=${url}`];
      await cluster.kubectl(['apply', '--filename=-'], pod('curious', restricted, args));
      const [request] = await asked;
      expect(request).toMatchObject({ url: '/asked' });
    } finally {
      server.close();
    }
  });

  it('serves an Ingress with its certificate, tells who asks, and hands on each part as it comes', async () => {
    const goOn = Promise.withResolvers<void>();
    const served = await ServedHost.open(cluster, ({ headers }, response) => {
      response.write(JSON.stringify(headers));
      void goOn.promise.then(() => response.end('end'));
    });
    try {
      const answer = await served.ask({
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-proto': 'ws',
      });
      const parts = answer.setEncoding('utf8')[Symbol.asyncIterator]();
      const { value: first } = await parts.next();
      expect(JSON.parse(String(first))).toMatchObject({
        host: 'tried.test',
        'x-forwarded-for': cluster.addresses.host,
        'x-forwarded-host': 'tried.test',
        'x-forwarded-proto': 'https',
      });
      goOn.resolve();
      expect(await parts.next()).toMatchObject({ value: 'end' });
    } finally {
      served.close();
    }
  });

  it('can be opened by another process, and does not start twice', () => {
    expect(TestCluster.open(cluster.folder).addresses).toEqual(cluster.addresses);
  });
});

await describeWithCluster('what a cluster leaves', () => {
  it(
    'is nothing, once it has ended with the process that started it',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'made-open-cluster-'));
      const script = fileURLToPath(new URL('starter.ts', import.meta.url));
      const starter = spawn(process.execPath, ['--conditions=@made-open/source', script, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [started] = await once(starter.stdout, 'data');
      const device = String(started).trim();
      expect(devices()).toContain(device);
      const record = readRecord(folder);
      if (record === undefined) throw new Error('no record');
      const groups = record.controlGroups.map((group) => `${group}/cgroup.procs`);

      starter.kill('SIGKILL');

      while (isRunning(record)) await sleep(50);
      await endCluster(folder);
      expect(devices()).not.toContain(device);
      expect(groups.filter((group) => existsSync(group))).toEqual([]);
      expect(existsSync(folder)).toBe(false);
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder);
    },
    compileAndStartMs,
  );
});
