import { missingParts } from '@made-open/test-cluster';
import { InstalledPlatform } from '../src/index.ts';

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
  },
);
