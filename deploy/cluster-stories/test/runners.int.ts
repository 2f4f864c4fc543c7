import { ContactsServer, sampleContacts, sampleHost, samplePlugin } from '@made-open/sample';
import { missingParts } from '@made-open/test-cluster';
import { eventually } from '@made-open/testing';
import { InstalledPlatform, OutsideHost, PlatformClient } from '../src/index.ts';
import { AccountRights } from './account-rights.ts';
import { isReady, stateOf, type Found } from './found.ts';
import { forbiddenChanges } from './forbidden-changes.ts';
import { probeIn } from './probe.ts';
import { testDriver } from './test-driver.ts';

const wholeMs = 2_400_000;
const storyMs = 300_000;
const patient = { timeoutMs: 180_000 };
const inside = 'made-open-runners';
const runners = '--selector=app.kubernetes.io/component=plugin-runner';
const apiKey = 'sample-key-1234567';
const missing = await missingParts();
const title = 'runners of plugins, as pods';

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

    function kubectl(args: readonly string[], input?: string): Promise<string> {
      return platform.cluster.kubectl([`--namespace=${inside}`, ...args], input);
    }

    async function list(kind: string): Promise<readonly Found[]> {
      return JSON.parse(await kubectl(['get', kind, runners, '--output=json'])).items;
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
      if (!isReady(pod)) throw new Error(`${pod.metadata.name} is not ready`);
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
        await eventually(
          async () =>
            expect(await client.runners()).toMatchObject([
              { plugin_id: 'com.example.my-connector', state: 'running', wanted: 1 },
            ]),
          patient,
        );
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
          'made-open-postgres.made-open:5432',
          'made-open-plugin-manager.made-open:80',
          'made-open-credential-wallet.made-open:9090',
        ];
        const targets = ['made-open-nats.made-open:4222', ...closed];
        const place = [`--namespace=${inside}`, metadata.name];
        expect(await probeIn(platform, place, 'runner', targets)).toEqual({
          uid: 10_001,
          root: 'EROFS',
          capabilities: '0000000000000000',
          seccomp: '2',
          noNewPrivileges: '1',
          targets: { 'made-open-nats.made-open:4222': 'open', ...stateOf(closed, 'closed') },
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
        await kubectl(kill);
        gate.resolve();
        expect(await client.settled(connection, 2)).toMatchObject({ state: 'completed' });
        const expected = source.contacts.map(({ id }) => id).toSorted();
        expect((await client.persons()).toSorted()).toEqual(expected);
      },
      storyMs,
    );

    it(
      'come back by themselves when their Deployment is deleted, or robbed of its labels',
      async () => {
        const { metadata } = await only('deployments');
        const labels = ['app.kubernetes.io/component-', 'made-open.io/installation-'];
        await kubectl(['label', 'deployment', metadata.name, ...labels]);
        await eventually(
          async () => expect((await only('deployments')).metadata.uid).toBe(metadata.uid),
          patient,
        );
        await kubectl(['delete', 'deployment', metadata.name]);
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
        await kubectl(['scale', deployment, '--replicas=3']);
        await wanted(1);
        await eventually(async () => {
          const events = ['get', 'events', '--field-selector=reason=Repaired', '--output=json'];
          expect(await kubectl(events)).toContain('3 replicas instead of 1');
        }, patient);
        await kubectl(['annotate', deployment, 'made-open.io/replicas=0']);
        await wanted(0);
        await eventually(async () => expect(await list('pods')).toEqual([]), patient);
        await client.sync(connection);
        await kubectl(['annotate', deployment, 'made-open.io/replicas-']);
        await wanted(1);
        expect(await client.settled(connection, 4)).toMatchObject({ state: 'completed' });
      },
      storyMs,
    );

    describe('are all that plugin-manager’s account may touch', () => {
      const as = '--as=system:serviceaccount:made-open:made-open-plugin-manager';
      let rights: AccountRights;

      beforeAll(() => {
        const account = { namespace: platform.namespace, name: 'made-open-plugin-manager' };
        rights = new AccountRights(platform.cluster, account);
      });

      it('in their namespace', async () => {
        const ofPods = ['get', 'list', 'watch'];
        const may = [
          ...[...ofPods, 'create', 'patch', 'delete'].map((verb) => [verb, 'deployments.apps']),
          ...ofPods.map((verb) => [verb, 'pods']),
          ['create', 'events'],
        ];
        const mayNot = [
          ...['secrets', 'configmaps', 'pods/exec', 'pods/ephemeralcontainers'].flatMap((what) =>
            ['get', 'create', 'patch'].map((verb) => [verb, what]),
          ),
          ['create', 'pods'],
          ['create', 'serviceaccounts/token'],
          ['update', 'networkpolicies.networking.k8s.io'],
          ['create', 'rolebindings.rbac.authorization.k8s.io'],
          ['patch', 'namespaces'],
        ];
        expect(await rights.table(inside, [...may, ...mayNot])).toEqual([
          ...may.map(([verb, what]) => [verb, what, 'yes']),
          ...mayNot.map(([verb, what]) => [verb, what, 'no']),
        ]);
      }, 120_000);

      it('and nothing where services and their secrets are', async () => {
        const asked = ['deployments.apps', 'pods', 'secrets', 'pods/exec'].flatMap((what) =>
          ['get', 'create', 'patch', 'delete'].map((verb) => [verb, what]),
        );
        expect(await rights.table(platform.namespace, asked)).toEqual(
          asked.map(([verb, what]) => [verb, what, 'no']),
        );
        const secrets = JSON.parse(await kubectl(['get', 'secrets', '--output=json']));
        expect(secrets.items.map(({ metadata }: Found) => metadata.name)).toEqual([
          'made-open-runner-bootstrap',
        ]);
      }, 120_000);

      it.each(forbiddenChanges)(
        'unless it would change them: %s',
        async (_title, spec, reason) => {
          const { metadata } = await only('deployments');
          const patch = JSON.stringify({ spec: { template: { spec } } });
          const args = ['patch', 'deployment', metadata.name, as, '--dry-run=server'];
          await expect(kubectl([...args, `--patch=${patch}`])).rejects.toThrow(reason);
        },
        60_000,
      );

      it('nor may it make what others make', async () => {
        const etl = await platform.kubectl(['get', 'deployment', 'made-open-etl', '--output=json']);
        const { spec } = JSON.parse(etl);
        const metadata = { name: 'made-open-other', namespace: inside };
        const body = JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata,
          spec,
        });
        await expect(
          kubectl(['create', as, '--dry-run=server', '--filename=-'], body),
        ).rejects.toThrow('no Deployment of runners');
      }, 60_000);
    });

    it(
      'are kept by a driver that does so against this API server',
      () => testDriver(platform.cluster),
      storyMs,
    );

    it(
      'are gone with all that is theirs when the platform is uninstalled',
      async () => {
        const [owner] = (await only('deployments')).metadata.ownerReferences ?? [];
        expect(owner).toMatchObject({ kind: 'ServiceAccount', name: 'made-open-runner' });
        await platform.helm(['uninstall', platform.release, '--wait', '--timeout=4m']);
        await eventually(async () => {
          const args = ['get', 'namespace', inside, '--ignore-not-found', '--output=name'];
          expect((await platform.cluster.kubectl(args)).trim()).toBe('');
        }, patient);
        const left = ['get', 'validatingadmissionpolicies,rolebindings,roles', '--all-namespaces'];
        expect(await platform.cluster.kubectl([...left, '--output=name'])).not.toContain(
          'made-open',
        );
      },
      storyMs,
    );
  },
);
