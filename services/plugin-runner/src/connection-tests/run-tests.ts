import { describeError } from '@made-open/bus';
import { RunnerService } from '@made-open/contracts';
import { RunInterruptedError, TestDeadlineError } from '../errors.ts';
import type { Runner } from '../runs/runner.ts';
import { untilDeadline, withHeartbeat } from '../runs/until-deadline.ts';
import { ConnectionTest, type TestConnection, type TestResult } from './connection-test.ts';

const heartbeatMs = 10_000;
/** However wrong the clocks are. */
const maxTestMs = 60_000;
const attempts = 3;

/** Carries out tests of connections beside the syncs, which never wait for one. */
export class RunTests {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** Returns when plugin-manager has the result, or nobody waits for it any more. */
  async run(command: TestConnection, working: () => void): Promise<void> {
    const { logger, stopping } = this.#runner;
    const { testId, connectionId } = command;
    const log = logger.child({ testId, connectionId });
    const leftMs = new Date(command.endBefore).getTime() - Date.now();
    if (!(leftMs > 0)) {
      log.warn('test left: nobody waits for it any more', { endBefore: command.endBefore });
      return;
    }
    const deadline = {
      withinMs: Math.min(leftMs, maxTestMs),
      late: () => new TestDeadlineError(),
      stopping,
    };
    try {
      const { code } = await withHeartbeat({ working, heartbeatMs }, () =>
        untilDeadline(deadline, (signal) => this.#test(command, signal)),
      );
      log.info('test ended', { code });
    } catch (error) {
      // The command goes back as it came, and another runner takes it.
      if (stopping.aborted) throw new RunInterruptedError(testId, { cause: error });
      throw error;
    }
  }

  async #test(command: TestConnection, stopping: AbortSignal): Promise<TestResult> {
    const test = new ConnectionTest({ ...this.#runner, stopping }, command);
    try {
      const result = await test.run();
      await this.#record(result);
      return result;
    } finally {
      await test.close();
    }
  }

  async #record(result: TestResult): Promise<void> {
    const { bus, token, stopping } = this.#runner;
    const options = { parameters: { plugin: token }, signal: stopping };
    for (let attempt = 1; ; attempt++) {
      try {
        await bus.call(RunnerService.method.recordTest, result, options);
        return;
      } catch (error) {
        if (attempt === attempts || describeError(error).retry === 'never') throw error;
      }
    }
  }
}
