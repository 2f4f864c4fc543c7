import { jetstreamManager } from '@nats-io/jetstream';
import {
  RunCanarySchema,
  RunSyncSchema,
  runnerConsumer,
  TestConnectionSchema,
  testsConsumer,
} from '@made-open/contracts';
import { eventually, TestPlatform } from '@made-open/testing';
import {
  busyPlugins,
  ensureRunnerConsumer,
  readMessage,
  runnerQueue,
  type Bus,
} from '../src/index.ts';

const plugin = 'com.example.a';

describe('queues of runners', () => {
  let platform: TestPlatform;
  let runner: Bus;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    runner = await platform.runnerBus(plugin);
  });
  afterAll(() => platform?.stop());

  it('takes no more long work than it can begin', async () => {
    const manager = await platform.bus('plugin-manager');
    await ensureRunnerConsumer(manager.connection, 'com.example.long');
    const [first, second] = await Promise.all([
      platform.runnerBus('com.example.long'),
      platform.runnerBus('com.example.long'),
    ]);
    const scheduler = await platform.bus('connector-scheduler');
    const done = Promise.withResolvers<void>();
    const taken: string[] = [];
    const work = (name: string, bus: Bus) =>
      bus.consume(
        runnerConsumer('com.example.long'),
        async (delivery) => {
          taken.push(`${name}:${readMessage(RunSyncSchema, delivery.data).runId}`);
          await done.promise;
          return 'ackAck';
        },
        { maxMessages: 1 },
      );
    const parameters = { plugin: 'com_example_long' };
    const one = work('first', first);
    await scheduler.publish(RunSyncSchema, { runId: 'r1' }, { parameters });
    await eventually(() => expect(taken).toEqual(['first:r1']));
    await scheduler.publish(RunSyncSchema, { runId: 'r2' }, { parameters });
    const two = work('second', second);
    await eventually(() => expect(taken).toEqual(['first:r1', 'second:r2']));
    done.resolve();
    await Promise.all([one.stop(), two.stop()]);
  });

  it('tells what waits for those that try out a version apart', async () => {
    const { connection } = await platform.bus('plugin-manager');
    const id = 'com.example.tried';
    expect(await runnerQueue(connection, id, 'canary')).toMatchObject({ waiting: 0 });
    const scheduler = await platform.bus('connector-scheduler');
    const parameters = { plugin: 'com_example_tried', version: '2_0_0' };
    await scheduler.publish(RunCanarySchema, { runId: 'r1' }, { parameters });
    expect(await runnerQueue(connection, id, 'canary')).toEqual({
      waiting: 1,
      inHand: 0,
      oldestAt: expect.any(Date) as unknown,
    });
    expect(await runnerQueue(connection, id)).toMatchObject({ waiting: 0, oldestAt: undefined });
  });

  it('parts tests of a plugin’s connections from its runs, and tells what waits of both and what is in hand', async () => {
    const manager = await platform.bus('plugin-manager');
    const id = 'com.example.parted';
    const queue = () => runnerQueue(manager.connection, id);
    expect(await queue()).toEqual({ waiting: 0, inHand: 0, oldestAt: undefined });
    const parameters = { plugin: 'com_example_parted', connection: 'c1' };
    const scheduler = await platform.bus('connector-scheduler');
    await scheduler.publish(RunSyncSchema, { runId: 'r1' }, { parameters });
    await manager.publish(TestConnectionSchema, { testId: 't1' }, { parameters });
    await scheduler.publish(RunSyncSchema, { runId: 'r2' }, { parameters });
    const { consumers, streams } = await jetstreamManager(await platform.administrator());
    for (const [definition, waiting] of [
      [runnerConsumer(id), 2],
      [testsConsumer(id), 1],
    ] as const)
      expect((await consumers.info('RUNS', definition.name)).num_pending).toBe(waiting);
    const timeOf = async (query: { last_by_subj: string }) =>
      (await streams.getMessage('RUNS', query))?.time;
    const test = await timeOf({ last_by_subj: 'cmd.plugin_runner.TestConnection.*.c1' });
    const last = await timeOf({ last_by_subj: 'cmd.plugin_runner.RunSync.com_example_parted' });
    const all = await queue();
    expect(all).toMatchObject({ waiting: 3, inHand: 0 });
    expect(all.oldestAt?.getTime()).toBeLessThanOrEqual(test?.getTime() ?? 0);
    expect(await busyPlugins(manager.connection)).toContain(id);
    const done = Promise.withResolvers<void>();
    const runnerBus = await platform.runnerBus(id);
    const work = runnerBus.consume(
      runnerConsumer(id),
      async () => {
        await done.promise;
        return 'ackAck';
      },
      { maxMessages: 1 },
    );
    await eventually(async () => expect(await queue()).toMatchObject({ waiting: 2, inHand: 1 }));
    expect((await queue()).oldestAt).toEqual(test);
    const tests = runnerBus.consume(testsConsumer(id), () => Promise.resolve('ackAck' as const));
    await eventually(async () => expect((await queue()).oldestAt).toEqual(last));
    done.resolve();
    await eventually(async () => expect(await queue()).toMatchObject({ waiting: 0, inHand: 0 }));
    expect(await busyPlugins(manager.connection)).not.toContain(id);
    await Promise.all([work.stop(), tests.stop()]);
  });

  it('makes a runner’s consumer with the manager’s rights, and keeps what can never be handled', async () => {
    const manager = await platform.bus('plugin-manager');
    await ensureRunnerConsumer(manager.connection, plugin);
    await ensureRunnerConsumer(manager.connection, plugin);
    const scheduler = await platform.bus('connector-scheduler');
    let deliveries = 0;
    const consumption = runner.consume(runnerConsumer(plugin), () => {
      deliveries++;
      return Promise.reject(
        Object.assign(new Error('cannot be'), { code: 'runner.broken', retry: 'never' }),
      );
    });
    await scheduler.publish(
      RunSyncSchema,
      { runId: 'r1' },
      { parameters: { plugin: 'com_example_a' } },
    );
    const { streams } = await jetstreamManager(await platform.administrator());
    await eventually(async () => {
      const dead = await streams.getMessage('DEAD_LETTERS', {
        last_by_subj: 'dead.plugin-runner.>',
      });
      expect(dead?.header.get('Dead-Code')).toBe('runner.broken');
    });
    expect(deliveries).toBe(1);
    await consumption.stop();
  });
});
