import { setTimeout as sleep } from 'node:timers/promises';
import { missingParts } from '@made-open/test-cluster';
import { InstalledPlatform } from '../src/index.ts';
import { probeFrom, strangersPod, type Probed } from './probe.ts';

const wholeMs = 2_400_000;
const missing = await missingParts();
const title = 'the platform, installed by its chart';
const describeInCluster = missing.length === 0 ? describe : describe.skip;

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
    readonly status: {
      readonly containerStatuses?: readonly {
        readonly ready: boolean;
        readonly restartCount: number;
      }[];
    };
  }[];
}

describeInCluster(
  missing.length === 0 ? title : `${title} (no cluster: ${missing.join('; ')})`,
  () => {
    let platform: InstalledPlatform;

    beforeAll(async () => {
      platform = await InstalledPlatform.prepare();
      await platform.cluster.kubectl(['create', 'namespace', platform.namespace]);
      const enforce = 'pod-security.kubernetes.io/enforce=restricted';
      await platform.cluster.kubectl(['label', 'namespace', platform.namespace, enforce]);
      await platform.install();
    }, wholeMs);
    afterAll(() => platform.stop());

    function describeFault(error: unknown): string {
      return error instanceof Error && error.cause instanceof Error
        ? error.cause.message
        : String(error);
    }

    async function get(url: string, key?: string): Promise<number> {
      const headers: Record<string, string> =
        key === undefined ? {} : { authorization: `Bearer ${key}` };
      return (await fetch(url, { headers })).status;
    }

    it('has every service ready, none of which had to start twice', async () => {
      const pods: PodList = JSON.parse(await platform.kubectl(['get', 'pods', '--output=json']));
      const services = pods.items.filter(
        ({ metadata }) => metadata.labels['app.kubernetes.io/component'] !== 'setup',
      );
      const states = services.map(({ metadata, status }) => ({
        component: metadata.labels['app.kubernetes.io/component'],
        ready: status.containerStatuses?.every(({ ready }) => ready),
        restarts: status.containerStatuses?.map(({ restartCount }) => restartCount),
      }));
      const components = [
        'channel-gateway',
        'connector-scheduler',
        'credential-wallet',
        'etl',
        'nats',
        'plugin-manager',
        'postgres',
        'rules',
        'search-indexer',
      ];
      expect(
        states.toSorted((a, b) => String(a.component).localeCompare(String(b.component))),
      ).toEqual(components.map((component) => ({ component, ready: true, restarts: [0] })));
    });

    it('answers at both APIs, and nobody without a key', async () => {
      const key = await platform.adminKey();
      const admin = await platform.url('plugin-manager');
      const gateway = await platform.url('channel-gateway');
      expect(await get(`${admin}/admin/v1/plugins`)).toBe(401);
      expect(await get(`${admin}/admin/v1/plugins`, key)).toBe(200);
      expect(await get(`${gateway}/v1/persons`)).toBe(401);
      expect(await get(`${gateway}/v1/search?q=nobody`, key)).toBe(200);
    });

    it('passes its own check', async () => {
      expect(await platform.helm(['test', platform.release])).toContain('Succeeded');
    });

    it('runs services that may do nothing but their work', async () => {
      const targets = [
        'made-open-nats:4222',
        'made-open-postgres:5432',
        'kubernetes.default:443',
        'made-open-plugin-manager:80',
        'made-open-credential-wallet:9090',
        `${platform.cluster.addresses.node}:6443`,
      ];
      const probed = await probeFrom(platform, 'etl', targets);
      expect(probed).toEqual({
        uid: 10_001,
        root: 'EROFS',
        capabilities: '0000000000000000',
        seccomp: '2',
        noNewPrivileges: '1',
        targets: Object.fromEntries(
          targets.map((target, index) => [target, index < 2 ? 'open' : 'closed']),
        ),
      });
    });

    it('lets a stranger in the cluster reach its APIs alone', async () => {
      const inside = `.${platform.namespace}.svc.cluster.local`;
      const open = [
        `made-open-plugin-manager${inside}:80`,
        `made-open-channel-gateway${inside}:80`,
      ];
      const closed = [`made-open-nats${inside}:4222`, `made-open-postgres${inside}:5432`];
      const pod = strangersPod('stranger', platform.image('setup'), [...open, ...closed]);
      await platform.cluster.kubectl(['apply', '--filename=-'], pod);
      const ended = [
        'wait',
        '--for=jsonpath={.status.phase}=Succeeded',
        'pod/stranger',
        '--timeout=100s',
      ];
      await platform.cluster.kubectl(ended);
      const { targets }: Probed = JSON.parse(await platform.cluster.kubectl(['logs', 'stranger']));
      expect(targets).toEqual({
        ...Object.fromEntries(open.map((target) => [target, 'open'])),
        ...Object.fromEntries(closed.map((target) => [target, 'closed'])),
      });
    });

    it('keeps its secrets and its pods at an upgrade that changes nothing', async () => {
      const key = await platform.adminKey();
      const podNames = (): Promise<string> =>
        platform.kubectl([
          'get',
          'pods',
          '--selector=app.kubernetes.io/component notin (setup)',
          '--output=name',
        ]);
      const before = await podNames();
      await platform.install();
      expect(await platform.adminKey()).toBe(key);
      expect(await podNames()).toBe(before);
    }, 600_000);

    it('answers every request while all of its pods are replaced', async () => {
      const key = await platform.adminKey();
      const asked = [
        `${await platform.url('plugin-manager')}/admin/v1/plugins`,
        `${await platform.url('channel-gateway')}/v1/persons?limit=1`,
      ];
      const answers = new Map<string, number>();
      const end = new AbortController();
      const upgraded = platform
        .install({ defaults: { podAnnotations: { release: 'another' } } })
        .finally(() => end.abort());
      const client = async (url: string): Promise<void> => {
        while (!end.signal.aborted) {
          const answer = await get(url, key).then(String, (error: unknown) => describeFault(error));
          answers.set(answer, (answers.get(answer) ?? 0) + 1);
          await sleep(250); // less than what one key may ask
        }
      };
      await Promise.all([upgraded, ...asked.map(client)]);
      expect([...answers.keys()]).toEqual(['200']);
    }, 900_000);
  },
);
