import { eventually } from '@made-open/testing';
import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { facts } from '../../test/kubernetes/facts.ts';
import { MemoryFleetLease } from '../../test/platform/memory-fleet-lease.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { KubernetesFleetDriver } from '../kubernetes/kubernetes-fleet-driver.ts';
import { MemoryRunnerCluster } from '../kubernetes/memory-runner-cluster.ts';
import { podResources } from '../kubernetes/pod-resources.ts';
import { runnerDeployment } from '../kubernetes/runner-deployment.ts';
import type { Fleet } from './fleet.ts';

const id = 'com.example.my-connector';
/** They wait for several rounds of the loop, on a machine that may do much else. */
const waitMs = 60_000;

describe('two managers of one cluster', () => {
  let parts: ReturnType<typeof memoryParts>;
  let cluster: MemoryRunnerCluster;
  let holder: { readonly fleet: Fleet; readonly lease: MemoryFleetLease };
  let other: typeof holder;

  beforeEach(async () => {
    parts = memoryParts();
    cluster = new MemoryRunnerCluster();
    holder = manager(true);
    other = manager(false);
    await parts.plugins.add(aVersion({ scaling: { idleSeconds: 60 } }));
    await parts.plugins.activate(id, { version: '0.1.0', name: 'My Connector' });
    await parts.connections.add(aConnection());
    const config = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
    await parts.connections.change('c1', { config });
    await eventually(() => expect(replicas()).toBe(0));
  }, waitMs);
  afterEach(async () => {
    await holder.fleet.stop();
    await other.fleet.stop();
  });

  function manager(isHeld: boolean) {
    const lease = new MemoryFleetLease();
    lease.become(isHeld);
    const driver = new KubernetesFleetDriver({
      cluster,
      installation: 'made-open',
      deployment: (set, broken) => runnerDeployment(set, facts, broken),
      concurrencyOf: (room) => podResources(room, facts.settings).concurrency,
      logger: parts.logger,
    });
    const fleet = parts.beside({ lease, driver });
    fleet.start();
    return { fleet, lease };
  }

  /** As PostgreSQL has all of them hear it. */
  const tell = (isChange: boolean): void => {
    for (const { lease } of [holder, other]) lease.tell({ pluginId: id, isChange });
  };
  const replicas = () => cluster.deployments()[0]?.replicas;
  const crash = (): void =>
    cluster.setPods([
      {
        name: 'a',
        lane: 'stable',
        runner: cluster.deployments()[0]?.name ?? '',
        fingerprint: cluster.deployments()[0]?.annotations['made-open.io/fingerprint'] ?? '',
        isEnding: false,
        isReady: false,
        startedAt: undefined,
        restarts: 5,
        lastEnd: 'exit code 3',
        waitsFor: undefined,
      },
    ]);

  it(
    'start a runner for a change that either of them was told',
    async () => {
      // Which of them answered the call does not matter: the one that keeps no runners drops its own hint.
      other.fleet.kick(id);
      tell(true);
      await eventually(() => expect(replicas()).toBe(1));
      const [entry] = await parts.scaling.entries(id);
      expect(entry).toMatchObject({ reason: 'expected', from: 0, to: 1 });
    },
    waitMs,
  );

  it(
    'have as many runners as the work needs of those that there is room for',
    async () => {
      await parts.plugins.add(aVersion({ version: '0.2.0', scaling: { max: 5, concurrency: 32 } }));
      await parts.plugins.activate(id, { version: '0.2.0', name: 'My Connector' });
      const oldestAt = new Date(Date.now() - 600_000);
      parts.queues.work.set(id, { waiting: 20, inHand: 5, oldestAt });
      tell(false);
      // A pod takes 11 at a time, whatever the manifest asks for.
      await eventually(() => expect(replicas()).toBe(3));
    },
    waitMs,
  );

  it(
    'show the same of what only one of them knows',
    async () => {
      cluster.refusal = new Error('exceeded quota');
      await parts.plugins.add(aVersion({ version: '0.2.0' }));
      await parts.plugins.activate(id, { version: '0.2.0', name: 'My Connector' });
      tell(true);
      await eventually(async () =>
        expect(await other.fleet.view()).toMatchObject([
          { plugin_id: id, state: 'waiting', last_fault: 'exceeded quota' },
        ]),
      );
      expect(await holder.fleet.view()).toEqual(await other.fleet.view());
      expect(await other.fleet.sets(id)).toEqual(await holder.fleet.sets(id));
    },
    waitMs,
  );

  it(
    'let runners start again, whichever of them is asked, and whichever keeps them then',
    async () => {
      tell(true);
      await eventually(() => expect(replicas()).toBe(1));
      crash();
      await eventually(async () =>
        expect(await other.fleet.view()).toMatchObject([{ state: 'crashed' }]),
      );
      cluster.setPods([]);
      expect(await other.fleet.reset('com.example.none')).toBe(false);
      // Nobody hears of it: the one that kept them is gone at this moment.
      holder.lease.become(false);
      expect(await other.fleet.reset(id)).toBe(true);
      expect(await other.fleet.view()).toMatchObject([{ state: 'crashed' }]);
      other.lease.become(true);
      await eventually(async () =>
        expect(await other.fleet.view()).toMatchObject([{ state: 'waiting', crashes: 0 }]),
      );
      expect(replicas()).toBe(1);
    },
    waitMs,
  );

  it.each(['the keeper', 'the other one'])(
    'do a reset once that %s was asked for',
    async (asked) => {
      tell(true);
      await eventually(() => expect(replicas()).toBe(1));
      const hold = async (): Promise<void> => {
        crash();
        await eventually(async () =>
          expect(await other.fleet.view()).toMatchObject([{ state: 'crashed' }]),
        );
        cluster.setPods([]);
      };
      await hold();
      await (asked === 'the keeper' ? holder : other).fleet.reset(id);
      tell(true);
      await eventually(() => expect(replicas()).toBe(1));
      await hold();
      expect(await parts.fleetStore.askedReset(id)).toBeUndefined();
    },
    waitMs,
  );
});
