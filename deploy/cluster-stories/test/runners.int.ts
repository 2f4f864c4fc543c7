import { runCommand } from '@made-open/images';
import { ContactsServer, sampleContacts, sampleHost, samplePlugin } from '@made-open/sample';
import { missingParts } from '@made-open/test-cluster';
import { eventually } from '@made-open/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InstalledPlatform } from '../src/index.ts';
import { OutsideHost } from './outside-host.ts';
import { PlatformClient } from './platform-client.ts';
import { probeIn } from './probe.ts';

const wholeMs = 2_400_000;
const storyMs = 300_000;
const patient = { timeoutMs: 180_000 };
const runners = '--selector=app.kubernetes.io/component=plugin-runner';
const apiKey = 'sample-key-1234567';
const managerFolder = fileURLToPath(new URL('../../../services/plugin-manager', import.meta.url));
const missing = await missingParts();
const title = 'runners of plugins, as pods';

interface Found {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly replicas?: number };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

(missing.length === 0 ? describe : describe.skip)(
  missing.length === 0 ? title : `${title} (no cluster: ${missing.join('; ')})`,
  () => {
    let platform: InstalledPlatform;
    let source: ContactsServer;
    let outside: OutsideHost;
    let client: PlatformClient;
    let connection: string;
    const contacts = sampleContacts(250);

    beforeAll(async () => {
      source = await ContactsServer.start({ apiKey, contacts, pageSize: 50 });
      platform = await InstalledPlatform.prepare();
      await platform.cluster.kubectl(['create', 'namespace', platform.namespace]);
      const enforce = 'pod-security.kubernetes.io/enforce=restricted';
      await platform.cluster.kubectl(['label', 'namespace', platform.namespace, enforce]);
      const { host } = platform.cluster.addresses;
      outside = await OutsideHost.open(host, source.port);
      await platform.install({
        runner: { reach: [{ ipBlock: { cidr: `${host}/32` } }], idleSeconds: 0 },
        egressOverrides: {
          [`${sampleHost}:443`]: { address: host, port: outside.port, ca: source.identity.ca },
        },
      });
      client = await PlatformClient.of(platform);
    }, wholeMs);
    afterAll(async () => {
      outside?.close();
      await source?.stop();
      await platform?.stop();
    });

    async function list(kind: string): Promise<readonly Found[]> {
      return JSON.parse(await platform.kubectl(['get', kind, runners, '--output=json'])).items;
    }

    async function only(kind: string): Promise<Found> {
      const found = await list(kind);
      const [first] = found;
      if (first === undefined || found.length !== 1)
        throw new Error(`there are ${String(found.length)} ${kind}`);
      return first;
    }

    async function readyPod(): Promise<Found> {
      const pod = await only('pods');
      const isReady = pod.status.conditions?.some(
        ({ type, status }) => type === 'Ready' && status === 'True',
      );
      if (isReady !== true) throw new Error(`${pod.metadata.name} is not ready`);
      return pod;
    }

    it(
      'come with the first connection of a plugin, and bring what it finds',
      async () => {
        expect(await list('pods')).toEqual([]);
        connection = await client.connect(await client.install(samplePlugin()), { apiKey });
        expect(await client.settled(connection)).toMatchObject({
          state: 'completed',
          counts: { created: 250 },
        });
        const expected = contacts.map(({ id }) => id).toSorted();
        expect((await client.persons()).toSorted()).toEqual(expected);
        await eventually(
          async () => expect((await client.titles('Lovelace')).join()).toContain('Lovelace'),
          patient,
        );
        expect(await client.runners()).toMatchObject([
          { plugin_id: 'com.example.my-connector', state: 'running', wanted: 1 },
        ]);
      },
      storyMs,
    );

    it(
      'may do nothing but their work, and reach nothing inside but NATS',
      async () => {
        const { node } = platform.cluster.addresses;
        const { metadata } = await eventually(readyPod, patient);
        const closed = [
          'kubernetes.default:443',
          `${node}:6443`,
          `${node}:10250`,
          'made-open-postgres:5432',
          'made-open-plugin-manager:80',
          'made-open-credential-wallet:9090',
        ];
        const targets = ['made-open-nats:4222', ...closed];
        expect(await probeIn(platform, metadata.name, 'runner', targets)).toEqual({
          uid: 10_001,
          root: 'EROFS',
          capabilities: '0000000000000000',
          seccomp: '2',
          noNewPrivileges: '1',
          targets: { 'made-open-nats:4222': 'open', ...stateOf(closed, 'closed') },
        });
      },
      storyMs,
    );

    it(
      'lose and double nothing when a pod is killed in the middle of a sync',
      async () => {
        const gate = Promise.withResolvers<void>();
        const inMiddle = Promise.withResolvers<void>();
        source.beforePage = async (offset) => {
          if (offset < 100) return;
          inMiddle.resolve();
          await gate.promise;
        };
        source.contacts = sampleContacts(300);
        const { metadata } = await eventually(readyPod, patient);
        await client.sync(connection);
        await inMiddle.promise;
        const kill = ['delete', 'pod', metadata.name, '--grace-period=0', '--force'];
        await platform.kubectl(kill);
        gate.resolve();
        expect(await client.settled(connection, 2)).toMatchObject({ state: 'completed' });
        const expected = source.contacts.map(({ id }) => id).toSorted();
        expect((await client.persons()).toSorted()).toEqual(expected);
      },
      storyMs,
    );

    it(
      'come back by themselves when their Deployment is deleted',
      async () => {
        const { metadata } = await only('deployments');
        await platform.kubectl(['delete', 'deployment', metadata.name]);
        await eventually(async () => {
          const again = await only('deployments');
          expect(again.metadata.name).toBe(metadata.name);
          expect(again.metadata.uid).not.toBe(metadata.uid);
        }, patient);
        await eventually(readyPod, patient);
        await client.sync(connection);
        expect(await client.settled(connection, 3)).toMatchObject({ state: 'completed' });
      },
      storyMs,
    );

    it(
      'keep their number from a bare scale, and take the one that an operator writes on them',
      async () => {
        const { metadata } = await only('deployments');
        const deployment = `deployment/${metadata.name}`;
        const wanted = (count: number): Promise<void> =>
          eventually(
            async () => expect((await only('deployments')).spec.replicas).toBe(count),
            patient,
          );
        await platform.kubectl(['scale', deployment, '--replicas=3']);
        await wanted(1);
        await eventually(async () => {
          const events = ['get', 'events', '--field-selector=reason=Repaired', '--output=json'];
          expect(await platform.kubectl(events)).toContain('3 replicas instead of 1');
        }, patient);
        await platform.kubectl(['annotate', deployment, 'made-open.io/replicas=0']);
        await wanted(0);
        await eventually(async () => expect(await list('pods')).toEqual([]), patient);
        await client.sync(connection);
        await platform.kubectl(['annotate', deployment, 'made-open.io/replicas-']);
        await wanted(1);
        expect(await client.settled(connection, 4)).toMatchObject({ state: 'completed' });
      },
      storyMs,
    );

    it('are all that plugin-manager’s account may touch', async () => {
      const account = `system:serviceaccount:${platform.namespace}:made-open-plugin-manager`;
      const may = (verb: string, what: string, part = ''): Promise<string> =>
        platform
          .kubectl(['auth', 'can-i', verb, what, `--subresource=${part}`, `--as=${account}`])
          .then((text) => text.trim())
          .catch(() => 'no');
      for (const [what, part] of [
        ['secrets', ''],
        ['configmaps', ''],
        ['pods', 'exec'],
        ['serviceaccounts', 'token'],
      ] as const)
        for (const verb of ['get', 'create'])
          expect([what, await may(verb, what, part)]).toEqual([what, 'no']);
      expect(await may('create', 'pods')).toBe('no');
      expect(await may('create', 'deployments')).toBe('yes');
      const as = `--as=${account}`;
      const etl = ['delete', 'deployment', 'made-open-etl', as];
      await expect(platform.kubectl(etl)).rejects.toThrow('no Deployment of runners');
      const { metadata } = await only('deployments');
      const patch = (spec: object): Promise<string> =>
        platform.kubectl([
          'patch',
          'deployment',
          metadata.name,
          as,
          `--patch=${JSON.stringify({ spec: { template: { spec } } })}`,
        ]);
      const container = (change: object): object => ({
        containers: [{ name: 'runner', ...change }],
      });
      for (const [spec, reason] of [
        [{ hostNetwork: true }, 'share something with their node'],
        [{ serviceAccountName: 'made-open-plugin-manager' }, 'another account'],
        [container({ image: 'localhost/other:1' }), 'another image'],
        [container({ command: ['/bin/sh'] }), 'a command'],
        [container({ resources: { limits: { memory: '64Gi' } } }), 'limit of memory'],
        [container({ securityContext: { readOnlyRootFilesystem: false } }), 'may do more'],
        [
          { volumes: [{ name: 'kek', secret: { secretName: 'made-open-credential-wallet' } }] },
          'volumes other than',
        ],
      ] as const)
        await expect(patch(spec)).rejects.toThrow(reason);
    }, 120_000);

    it(
      'are kept by a driver that does so against this API server',
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'made-open-driver-'));
        try {
          const ask = (...args: string[]): Promise<string> => platform.cluster.kubectl(args);
          await ask('--namespace=kube-system', 'create', 'serviceaccount', 'story');
          const binding = ['create', 'clusterrolebinding', 'story', '--clusterrole=cluster-admin'];
          await ask(...binding, '--serviceaccount=kube-system:story');
          const view = ['config', 'view', '--raw'];
          const cluster = '{.clusters[0].cluster';
          const authority = await ask(
            ...view,
            `--output=jsonpath=${cluster}.certificate-authority-data}`,
          );
          const file = join(folder, 'ca.pem');
          writeFileSync(file, Buffer.from(authority, 'base64'));
          const jest = join(managerFolder, '../../node_modules/jest/bin/jest.js');
          const options = ['--config', 'jest.cluster.config.js'];
          await runCommand(process.execPath, ['--experimental-vm-modules', jest, ...options], {
            cwd: managerFolder,
            env: {
              ...process.env,
              CLUSTER_AUTHORITY_FILE: file,
              CLUSTER_URL: await ask(...view, `--output=jsonpath=${cluster}.server}`),
              CLUSTER_ADMIN_TOKEN: (
                await ask('--namespace=kube-system', 'create', 'token', 'story')
              ).trim(),
            },
          });
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
      storyMs,
    );
  },
);

function stateOf<T>(targets: readonly string[], state: T): Record<string, T> {
  return Object.fromEntries(targets.map((target) => [target, state]));
}
