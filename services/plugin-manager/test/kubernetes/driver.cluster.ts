import { eventually } from '@made-open/testing';
import { ApiPods } from '../../src/kubernetes/api/api-pods.ts';
import { ApiRunnerCluster } from '../../src/kubernetes/api/api-runner-cluster.ts';
import type { ApiServer } from '../../src/kubernetes/api/api-server.ts';
import { ApiTokenKeys } from '../../src/kubernetes/api/api-token-keys.ts';
import { KubernetesFleetDriver } from '../../src/kubernetes/kubernetes-fleet-driver.ts';
import { PodTokens } from '../../src/kubernetes/identity/pod-token.ts';
import { podResources } from '../../src/kubernetes/pod-resources.ts';
import { runnerDeployment } from '../../src/kubernetes/runner-deployment.ts';
import type { RunnerSet } from '../../src/fleet/fleet-driver.ts';
import { MemoryLogger } from '../platform/memory-parts.ts';
import { Admin, namespace } from './admin.ts';
import { facts } from './facts.ts';

const waitMs = { timeoutMs: 60_000 };
const set: RunnerSet = {
  pluginId: 'com.example.a',
  version: '1.0.0',
  lane: 'stable',
  fingerprint: 'f1',
  replicas: 1,
  concurrency: 2,
  isolateMb: 64,
};

describe('runners in a cluster', () => {
  const admin = new Admin(process.env);
  let server: ApiServer;
  let driver: KubernetesFleetDriver;
  const heard: string[] = [];

  beforeAll(async () => {
    server = await admin.prepare();
    driver = makeDriver();
    await driver.start((pluginId) => heard.push(pluginId));
  }, 120_000);
  afterAll(async () => {
    await driver?.stop();
    server?.close();
    await admin.clear();
  });

  function makeDriver(): KubernetesFleetDriver {
    const logger = new MemoryLogger();
    const image = 'localhost/none:1';
    const { owner: _, ...own } = facts.settings;
    const settings = { ...own, namespace, image, pullPolicy: 'Never' };
    const { installation } = settings;
    return new KubernetesFleetDriver({
      cluster: new ApiRunnerCluster(server, { namespace, installation, logger }),
      installation,
      deployment: (wanted, broken) => runnerDeployment(wanted, { ...facts, settings }, broken),
      concurrencyOf: (room) => podResources(room, settings).concurrency,
      logger,
    });
  }

  it('come as a Deployment, which says what keeps its pods from running', async () => {
    await driver.apply(set);
    await eventually(
      () =>
        expect(driver.list()).toEqual([
          expect.objectContaining({
            pluginId: 'com.example.a',
            wanted: 1,
            present: 1,
            ready: 0,
            fault: expect.stringContaining('ErrImageNeverPull') as unknown,
          }),
        ]),
      waitMs,
    );
    expect(heard).toContain('com.example.a');
  });

  it('are brought back to their number, with an event that says how to set one', async () => {
    await admin.patch({ spec: { replicas: 0 } }, '/scale');
    await eventually(async () => expect((await admin.deployment()).replicas).toBe(1), waitMs);
    await eventually(async () => {
      const [told] = await admin.events('Repaired');
      expect(told).toMatch(/0 replicas instead of 1.*made-open\.io\/replicas/u);
    }, waitMs);
  });

  it('tell of a number that an operator wrote on them, which stays', async () => {
    await admin.patch({ metadata: { annotations: { 'made-open.io/replicas': '3' } } });
    await eventually(() => expect(driver.list()).toMatchObject([{ pinned: 3 }]), waitMs);
    await driver.apply({ ...set, replicas: 3 });
    expect((await admin.deployment()).replicas).toBe(3);
    expect(driver.list()).toMatchObject([{ pinned: 3, wanted: 3 }]);
    await driver.apply(set);
  });

  it('lose what somebody added to their pods', async () => {
    const containers = [{ name: 'extra', image: 'localhost/none:1' }];
    await admin.patch({ spec: { template: { spec: { containers } } } });
    await eventually(
      async () => expect((await admin.deployment()).containers).toEqual(['runner']),
      waitMs,
    );
    await eventually(
      async () => expect((await admin.events('Repaired')).join()).toContain('by somebody'),
      waitMs,
    );
  });

  it('are left alone for the same form again', async () => {
    const { generation } = await admin.deployment();
    const told = (await admin.events('Repaired')).length;
    await driver.apply({ ...set });
    expect((await admin.deployment()).generation).toBe(generation);
    await driver.apply({ ...set, concurrency: 3 });
    expect((await admin.deployment()).generation).toBeGreaterThan(generation);
    await driver.apply(set);
    expect(await admin.events('Repaired')).toHaveLength(told);
  });

  it('come back when they are deleted', async () => {
    const { name, uid } = await admin.deployment();
    await admin.delete();
    await eventually(async () => {
      const again = await admin.deployment();
      expect(again.name).toBe(name);
      expect(again.uid).not.toBe(uid);
    }, waitMs);
  });

  it('are known to the next manager, which takes them over or ends them', async () => {
    const next = makeDriver();
    await next.start(() => undefined);
    expect(next.list()).toMatchObject([{ pluginId: 'com.example.a', version: '1.0.0' }]);
    await driver.remove(set);
    await eventually(() => expect(next.list()).toEqual([]), waitMs);
    await next.stop();
    await driver.apply(set);
  });

  it('are believed by the token of their pod, and by no other', async () => {
    const tokens = new PodTokens(new ApiTokenKeys(server));
    const make = (spec: object): Promise<string> => admin.token('made-open-runner', spec);
    const audiences = ['made-open-plugin-manager'];
    // The first that is found may be one of the test before, on its way out.
    await eventually(async () => {
      const [found] = await admin.pods();
      if (found === undefined) throw new Error('there is no pod');
      const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: found.name };
      expect(await tokens.owner(await make({ audiences, boundObjectRef }))).toEqual({
        namespace,
        serviceAccount: 'made-open-runner',
        podName: found.name,
        podUid: found.uid,
      });
      await expect(tokens.owner(await make({ boundObjectRef }))).rejects.toMatchObject({
        code: 'runner.pod_refused',
      });
    }, waitMs);
    await expect(tokens.owner(await make({ audiences }))).rejects.toMatchObject({
      code: 'runner.pod_refused',
    });
    const pods = new ApiPods(server, namespace);
    await eventually(async () => {
      const [found] = await admin.pods();
      expect(await pods.find(found?.name ?? '')).toMatchObject({
        uid: found?.uid,
        annotations: { 'made-open.io/plugin-id': 'com.example.a' },
      });
    }, waitMs);
    expect(await pods.find('nobody')).toBeUndefined();
  });
});
