import { describeError } from '@made-open/bus';
import { OutboundService, type Invoke } from '@made-open/contracts';
import type { Logger } from '@made-open/nest';
import { randomUUID } from 'node:crypto';
import { RunInterruptedError } from '../errors.ts';
import { handBackMs, runHalt } from '../runs/run-halt.ts';
import type { Delivered } from '../runs/run-syncs.ts';
import type { Runner } from '../runs/runner.ts';
import { untilDeadline, withHeartbeat } from '../runs/until-deadline.ts';
import { Invocation, type InvocationResult } from './invocation.ts';
import { VersionRefusedError } from '../assignment/errors.ts';
import type { OtherVersions } from '../assignment/other-versions.ts';
import { refusedResult } from './refused-result.ts';
import { isSend } from './invocation-input.ts';
import { tellResult } from './tell-result.ts';
import { timeLeft } from './time-left.ts';
import { untilAnswered } from './until-answered.ts';
import { InvocationDeadlineError } from './errors.ts';

/** Kept for the result to arrive in time; half of a short time at most. */
const resultMs = 1000;
/** Of the time that a runner takes to stop, for the results of sends that it had to end. */
const tellMs = 1500;
const never = new AbortController().signal;
const late = (): Error => new InvocationDeadlineError();

interface DeliveredCommand extends Delivered {
  /** Since it was stored. */
  readonly ageMs: number;
}

/** Carries out short calls of the plugin's code beside the syncs, which never wait for one. */
export class RunInvocations {
  readonly #runner: Runner;
  readonly #versions: Pick<OtherVersions, 'runnerOf'>;

  constructor(runner: Runner, versions: Pick<OtherVersions, 'runnerOf'>) {
    this.#runner = runner;
    this.#versions = versions;
  }

  /** Returns when the service that asked has the result, or nobody waits for it any more. */
  async run(command: Invoke, delivered: DeliveredCommand): Promise<void> {
    const { logger, stopping, heartbeatMs } = this.#runner;
    const { invocationId, connectionId, endBefore, work: asked } = command;
    const log = logger.child({ invocationId, connectionId, kind: asked.case, try: command.try });
    const { ageMs } = delivered;
    const leftMs = timeLeft(command, ageMs);
    if (!(leftMs > 0) || asked.case === undefined) {
      log.warn('invocation left: nobody waits for it any more', { endBefore, ageMs });
      return;
    }
    const halt = runHalt({ stopping, lost: never });
    // A send that has begun is carried to its end where that is near: nobody could say else what became of it.
    const sending = runHalt({ stopping, lost: never }, handBackMs - tellMs);
    const given = isSend(command) ? sending.frames : halt.work;
    const whole = { withinMs: leftMs, late, stopping: halt.frames };
    const working = { withinMs: Math.max(leftMs - resultMs, leftMs / 2), late, stopping: given };
    try {
      await withHeartbeat({ working: delivered.working, heartbeatMs }, () =>
        untilDeadline(whole, (told) =>
          untilDeadline(working, (work) =>
            this.#carryOut(command, delivered.attempt, { work, told, log }),
          ),
        ),
      );
    } catch (error) {
      // The command goes back as it came, and another runner takes it.
      if (stopping.aborted) throw new RunInterruptedError(invocationId, { cause: error });
      throw error;
    } finally {
      sending.close();
      halt.close();
    }
  }

  async #carryOut(
    command: Invoke,
    delivery: number,
    { work, told, log }: { work: AbortSignal; told: AbortSignal; log: Logger },
  ): Promise<void> {
    // Before it is begun: who cannot load it leaves it to another.
    const runner = await this.#runnerOf(command);
    if (runner instanceof VersionRefusedError) {
      await this.#tell(command, refusedResult(command, runner), { told, log });
      return;
    }
    if (!(await this.#isWanted(command, work))) {
      log.info('invocation left: it was begun before');
      return;
    }
    const handed = { delivery, leaving: this.#runner.stopping };
    const invocation = new Invocation({ ...runner, stopping: work }, command, handed);
    try {
      const result = await invocation.run();
      await this.#tell(command, result, { told, log });
    } finally {
      await invocation.close();
    }
  }

  async #runnerOf({ pluginVersion }: Invoke): Promise<Runner | VersionRefusedError> {
    try {
      return await this.#versions.runnerOf(pluginVersion);
    } catch (error) {
      if (error instanceof VersionRefusedError) return error;
      throw error;
    }
  }

  /** A send is begun once, whoever has its command. */
  async #isWanted({ work, connectionId }: Invoke, signal: AbortSignal): Promise<boolean> {
    if (work.case !== 'message' && work.case !== 'call' && work.case !== 'fax') return true;
    const { bus, token } = this.#runner;
    const request = { attemptId: work.value.attemptId, connectionId, asker: randomUUID() };
    const options = { parameters: { plugin: token }, signal };
    const { granted } = await untilAnswered(
      () => bus.call(OutboundService.method.beginSending, request, options),
      signal,
    );
    return granted;
  }

  async #tell(
    command: Invoke,
    result: InvocationResult,
    { told, log }: { told: AbortSignal; log: Logger },
  ): Promise<void> {
    const { error, effect } = result;
    try {
      await tellResult({ ...this.#runner, stopping: told }, command, result);
      log.info('invocation ended', { code: error?.code, effect });
    } catch (fault) {
      if (this.#runner.stopping.aborted) throw fault;
      // Its time is over, or nobody knows of it: who asked acts as if it had heard nothing.
      log.warn('result of an invocation was not taken', describeError(fault));
    }
  }
}
