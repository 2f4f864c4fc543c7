import { Test } from '@nestjs/testing';
import { PluginRunnerModule } from './plugin-runner.module.ts';
import { invocationsConsumer } from './invocations/invocations.consumer.ts';
import { RunInvocations } from './invocations/run-invocations.ts';
import { RunTests } from './connection-tests/run-tests.ts';
import { TestsConsumer } from './connection-tests/tests.consumer.ts';
import { RunSyncs } from './runs/run-syncs.ts';
import type { Runner } from './runs/runner.ts';
import { runsConsumer } from './runs/runs.consumer.ts';

describe('PluginRunnerModule', () => {
  it('can be put together', async () => {
    const consumer = runsConsumer(2);
    const invocations = invocationsConsumer(2);
    const runner = {} as unknown as Runner;
    const versions = { runnerOf: () => Promise.resolve(runner) };
    const module = await Test.createTestingModule({
      imports: [PluginRunnerModule.of(runner, versions, [consumer, invocations])],
    }).compile();
    expect(module.get(consumer)).toBeInstanceOf(consumer);
    expect(module.get(invocations)).toBeInstanceOf(invocations);
    expect(module.get(RunInvocations)).toBeInstanceOf(RunInvocations);
    expect(module.get(RunSyncs)).toBeInstanceOf(RunSyncs);
    expect(module.get(TestsConsumer)).toBeInstanceOf(TestsConsumer);
    expect(module.get(RunTests)).toBeInstanceOf(RunTests);
  });
});
