import { eventually } from '@made-open/testing';
import { MemoryLogger } from '../../test/platform/memory-parts.ts';
import type { RunnerSet } from '../fleet/fleet-driver.ts';
import type { PodState } from './cluster-state.ts';
import { KubernetesFleetDriver } from './kubernetes-fleet-driver.ts';
import { MemoryRunnerCluster } from './memory-runner-cluster.ts';
import { podResources } from './pod-resources.ts';
import { runnerDeployment } from './runner-deployment.ts';
import { facts } from '../../test/kubernetes/facts.ts';

const set: RunnerSet = {
  pluginId: 'com.example.a',
  version: '1.0.0',
  lane: 'stable',
  fingerprint: 'f1',
  replicas: 2,
  concurrency: 4,
  isolateMb: 64,
};
const nowMs = Date.parse('2026-11-21T12:00:00Z');

describe('KubernetesFleetDriver', () => {
  let cluster: MemoryRunnerCluster;
  let driver: KubernetesFleetDriver;
  let heard: string[];
  let logger: MemoryLogger;

  beforeEach(async () => {
    cluster = new MemoryRunnerCluster();
    heard = [];
    ({ driver, logger } = await manager());
  });

  async function manager() {
    const started = new MemoryLogger();
    const other = new KubernetesFleetDriver({
      cluster,
      installation: 'made-open',
      deployment: (wanted, broken) => runnerDeployment(wanted, facts, broken),
      concurrencyOf: (room) => podResources(room, facts.settings).concurrency,
      logger: started,
      nowMs: () => nowMs,
    });
    await other.start((pluginId) => heard.push(pluginId));
    return { driver: other, logger: started };
  }

  const name = (): string => cluster.deployments()[0]?.name ?? '';
  const replicas = (): number | undefined => cluster.deployments()[0]?.replicas;

  function pod(of: Partial<PodState> = {}): PodState {
    return {
      name: `${name()}-x`,
      runner: name(),
      lane: 'stable',
      fingerprint: 'f1',
      isEnding: false,
      isReady: true,
      startedAt: new Date(nowMs - 5000),
      restarts: 0,
      lastEnd: undefined,
      waitsFor: undefined,
      ...of,
    };
  }

  it('makes a Deployment, and writes nothing for the same form again', async () => {
    await driver.apply(set);
    await driver.apply({ ...set });
    expect(cluster.applied).toHaveLength(1);
    expect(driver.list()).toMatchObject([
      { pluginId: 'com.example.a', version: '1.0.0', lane: 'stable', wanted: 2, present: 0 },
    ]);
    await driver.apply({ ...set, replicas: 3 });
    expect(replicas()).toBe(3);
    expect(cluster.notes).toEqual([]);
  });

  it('leaves to another manager what it kept before', async () => {
    const { driver: next } = await manager();
    await driver.apply(set);
    await driver.release();
    await next.apply({ ...set, replicas: 3 });
    expect(replicas()).toBe(3);
    await next.apply({ ...set, version: '2.0.0' });
    await next.remove(set);
    await new Promise((resolve) => setImmediate(resolve));
    expect(driver.list()).toMatchObject([{ version: '2.0.0', wanted: 2 }]);
    expect(cluster.notes).toEqual([]);
  });

  it('says what a pod takes at a time, which its memory bounds', async () => {
    const asked = { concurrency: 32, isolateMb: 64 };
    expect(driver.concurrencyOf(asked)).toBe(11);
    await driver.apply({ ...set, ...asked });
    const [container] = cluster.applied[0]?.spec?.template.spec?.containers ?? [];
    expect(container?.env).toContainEqual({ name: 'RUN_CONCURRENCY', value: '11' });
  });

  it('tells what there is of its pods', async () => {
    await driver.apply(set);
    cluster.setPods([
      pod(),
      pod({ startedAt: new Date(nowMs - 9000) }),
      pod({ fingerprint: 'f0' }),
      pod({ lane: 'canary' }),
      pod({ isReady: false, waitsFor: 'ErrImagePull: no such image' }),
      pod({ isEnding: true }),
    ]);
    expect(heard).toContain('com.example.a');
    expect(driver.list()).toEqual([
      expect.objectContaining({
        present: 5,
        ready: 2,
        crashes: 0,
        startedAt: new Date(nowMs - 9000),
        fault: 'ErrImagePull: no such image',
        pinned: undefined,
      }),
    ]);
  });

  it('repairs a bare change of replicas, and says in the cluster what to do instead', async () => {
    await driver.apply(set);
    cluster.change(name(), { replicas: 7, generation: 2 });
    await eventually(() => expect(replicas()).toBe(2));
    await eventually(() =>
      expect(cluster.notes).toEqual([
        {
          reason: 'Repaired',
          message: expect.stringMatching(
            /7 replicas instead of 2.*made-open\.io\/replicas/u,
          ) as unknown,
        },
      ]),
    );
  });

  it.each([
    ['a label', { labels: {} }],
    ['an annotation', { annotations: {} }],
  ])('repairs %s', async (_, change) => {
    await driver.apply(set);
    cluster.change(name(), change);
    await eventually(() => expect(cluster.notes).toHaveLength(1));
    expect(driver.list()).toMatchObject([{ pluginId: 'com.example.a', fingerprint: 'f1' }]);
  });

  it('puts the pods’ form in place as a whole when somebody has added to it', async () => {
    await driver.apply(set);
    cluster.change(name(), { meddlers: ['kubectl-edit'], generation: 2 });
    await eventually(() => expect(cluster.replaced).toBe(1));
    await eventually(() => expect(cluster.notes[0]?.message).toContain('kubectl-edit'));
  });

  it('leaves alone what it does not say', async () => {
    await driver.apply(set);
    cluster.change(name(), { generation: 2 });
    await eventually(() => expect(cluster.applied).toHaveLength(2));
    cluster.change(name(), {
      annotations: { ...cluster.deployments()[0]?.annotations, team: 'a' },
    });
    await driver.apply(set);
    expect(cluster.applied).toHaveLength(2);
    expect(cluster.notes).toEqual([]);
  });

  it('makes one anew that was deleted, once it is gone', async () => {
    await driver.apply(set);
    const deleted = name();
    cluster.change(deleted, { isEnding: true });
    expect(cluster.applied).toHaveLength(1);
    cluster.delete(deleted);
    await eventually(() => expect(replicas()).toBe(2));
    await eventually(() => expect(cluster.notes[0]?.message).toContain('deleted'));
  });

  it('tells of a number that an operator wrote on it, and of one that is none', async () => {
    await driver.apply(set);
    const annotations = cluster.deployments()[0]?.annotations;
    cluster.change(name(), { annotations: { ...annotations, 'made-open.io/replicas': '5' } });
    expect(driver.list()).toMatchObject([{ pinned: 5, wanted: 2 }]);
    cluster.change(name(), { annotations: { ...annotations, 'made-open.io/replicas': 'many' } });
    expect(driver.list()).toMatchObject([{ pinned: undefined }]);
  });

  it('holds runners back that end again and again, whoever manages them, until they are reset', async () => {
    await driver.apply(set);
    const crashing = pod({
      isReady: false,
      startedAt: undefined,
      restarts: 5,
      lastEnd: 'exit code 3',
    });
    cluster.setPods([{ ...crashing, restarts: 4 }]);
    expect(driver.list()).toMatchObject([{ crashes: 4, isBroken: false, fault: 'exit code 3' }]);
    cluster.setPods([crashing]);
    await eventually(() => expect(replicas()).toBe(0));
    cluster.setPods([]);
    const held = { isBroken: true, crashes: 5, fault: 'exit code 3' };
    expect(driver.list()).toMatchObject([held]);
    await driver.stop();
    const { driver: next } = await manager();
    await next.apply(set);
    expect(next.list()).toMatchObject([held]);
    await next.reset(set);
    expect(next.list()).toMatchObject([{ isBroken: false, crashes: 0, wanted: 2 }]);
    await next.apply(set);
    expect(replicas()).toBe(2);
    await next.stop();
  });

  it('holds them back again after a reset of what was not held back', async () => {
    await driver.apply(set);
    await driver.reset(set);
    cluster.setPods([pod({ isReady: false, startedAt: undefined, restarts: 5 })]);
    await eventually(() => expect(replicas()).toBe(0));
  }, 60_000);

  it('forgets crashes for another fingerprint', async () => {
    await driver.apply(set);
    cluster.setPods([pod({ isReady: false, startedAt: undefined, restarts: 5 })]);
    await eventually(() => expect(replicas()).toBe(0));
    await driver.apply({ ...set, fingerprint: 'f2' });
    expect(driver.list()).toMatchObject([{ isBroken: false, fingerprint: 'f2', wanted: 2 }]);
  });

  it('does not count what a pod has done before a minute of health', async () => {
    await driver.apply(set);
    cluster.setPods([pod({ restarts: 9, startedAt: new Date(nowMs - 60_000) })]);
    expect(driver.list()).toMatchObject([{ crashes: 0, isBroken: false }]);
    expect(cluster.applied).toHaveLength(1);
  });

  it('tells why the cluster refuses a set, and tries again', async () => {
    cluster.refusal = new Error('exceeded quota');
    await expect(driver.apply(set)).rejects.toThrow('exceeded quota');
    expect(driver.list()).toMatchObject([{ present: 0, wanted: 2, fault: 'exceeded quota' }]);
    cluster.refusal = undefined;
    await driver.apply(set);
    expect(driver.list()).toMatchObject([{ fault: undefined }]);
  });

  it('knows sets of others, removes them, and touches none when it ends', async () => {
    await driver.apply(set);
    await driver.apply({ ...set, version: '2.0.0' });
    const { driver: next } = await manager();
    expect(next.list().map(({ version }) => version)).toEqual(['1.0.0', '2.0.0']);
    await next.remove(set);
    expect(next.list().map(({ version }) => version)).toEqual(['2.0.0']);
    await next.stop();
    expect(cluster.deployments()).toHaveLength(1);
  });

  it('makes nothing anew that it does not want, or no longer', async () => {
    await driver.apply(set);
    await driver.remove(set);
    expect(cluster.deployments()).toEqual([]);
    await driver.apply(set);
    await driver.stop();
    cluster.delete(name());
    expect(cluster.deployments()).toEqual([]);
    expect(logger.messages).not.toContain('runners were repaired');
  });
});
