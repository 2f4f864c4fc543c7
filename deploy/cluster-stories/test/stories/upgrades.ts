import { eventually } from '@made-open/testing';
import {
  adminHost,
  gatewayHost,
  type IngressClient,
  type InstalledPlatform,
  podsOf,
  type PodState,
} from '../../src/index.ts';
import { askDirectly, Load } from './load.ts';

const upgradeMs = 900_000;
const endedWithinMs = 180_000;

export function describeUpgrades(
  installed: () => InstalledPlatform,
  client: () => IngressClient,
): void {
  it(
    'keeps its secrets and its pods at an upgrade that changes nothing',
    async () => {
      const platform = installed();
      const key = await platform.adminKey();
      const before = await podsOf(platform);
      await platform.install();
      expect(await platform.adminKey()).toBe(key);
      expect(await podsOf(platform)).toEqual(before);
    },
    upgradeMs,
  );

  it(
    'answers every request while all of its pods are replaced by those of another version',
    async () => {
      const platform = installed();
      const key = await platform.adminKey();
      const plugins = `${await platform.url('plugin-manager')}/admin/v1/plugins`;
      const persons = `${await platform.url('channel-gateway')}/v1/persons?limit=1`;
      const throughIngress = async (host: string, path: string): Promise<number> =>
        (await client().ask(`https://${host}${path}`, { key })).status;
      const load = new Load({
        'admin API': () => askDirectly(plugins, key),
        'public API': () => askDirectly(persons, key),
        'admin API through the ingress': () => throughIngress(adminHost, '/admin/v1/plugins'),
        'public API through the ingress': () => throughIngress(gatewayHost, '/v1/persons?limit=1'),
      });
      const before = await podsOf(platform);
      await platform.upgradeTo('next').finally(() => load.end());
      expect(await load.ended).toEqual([
        'admin API through the ingress: 200',
        'admin API: 200',
        'public API through the ingress: 200',
        'public API: 200',
      ]);
      // Pods of before are still ending.
      await eventually(
        async () => {
          const after = await podsOf(platform);
          const kept = before.filter(({ name }) => after.some((pod) => pod.name === name));
          expect(kept.map(({ component }) => component)).toEqual(['nats', 'postgres']);
          expect(after.map(withoutName)).toEqual(before.map(withoutName));
        },
        { timeoutMs: endedWithinMs, everyMs: 500 },
      );
    },
    upgradeMs,
  );
}

function withoutName({ name: _name, ...state }: PodState): Omit<PodState, 'name'> {
  return state;
}
