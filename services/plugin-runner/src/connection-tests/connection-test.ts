import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { RecordTestRequestSchema, TestConnectionSchema } from '@made-open/contracts';
import { TestWritesError } from '../errors.ts';
import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { inSandbox } from '../runs/in-sandbox.ts';
import { RunLogs } from '../runs/logs/run-logs.ts';
import { RunSecrets } from '../runs/secrets/run-secrets.ts';
import type { Runner } from '../runs/runner.ts';
import { testFaultOf, type TestFault } from './test-fault.ts';
import { TestWork } from './test-work.ts';

export type TestConnection = MessageShape<typeof TestConnectionSchema>;
export type TestResult = MessageInitShape<typeof RecordTestRequestSchema>;

/** Whatever comes is refused: it may be small. */
const frameSize = { maxItems: 1, maxSize: 1024 };

/** Carries out one test of a connection, in a sandbox of its own: no frame leaves it. */
export class ConnectionTest {
  readonly #runner: Runner;
  readonly #command: TestConnection;
  readonly #secrets: RunSecrets;
  readonly #work: TestWork;
  readonly #logs: RunLogs;

  /** The runner with a `stopping` that also ends the test when its time is over. */
  constructor(runner: Runner, command: TestConnection) {
    const { connectionId, testId: runId, hasRequestBudget } = command;
    const { bus, token, assignment } = runner;
    this.#runner = runner;
    this.#command = command;
    this.#secrets = new RunSecrets(assignment.manifest);
    // A test is never delivered with a checkpoint of its own to go on from.
    const source = { connectionId, runId, hasRequestBudget, epoch: 0 };
    this.#work = new TestWork(runner, { command: source, attempt: 1 }, this.#secrets);
    this.#logs = new RunLogs(bus, token, { runId, connectionId }, this.#secrets.redact);
  }

  /** What it came to; rejects when the fault is the runner's own. */
  async run(): Promise<TestResult> {
    const fault = await this.#fault();
    const { testId, connectionId } = this.#command;
    const { isLoaded, hasOwnTest } = this.#work;
    return { testId, connectionId, ...fault, isLoaded, hasOwnTest };
  }

  /** Sends what is left of its log; the result does not wait for it. */
  async close(): Promise<void> {
    await this.#logs.close(this.#runner.stopping);
  }

  async #fault(): Promise<TestFault | undefined> {
    const { stopping } = this.#runner;
    try {
      await this.#work.prepare();
      await inSandbox(this.#runner, { work: this.#work, logs: this.#logs }, untilDone);
      return undefined;
    } catch (error) {
      // The time is over, or the runner stops: what the sandbox says of its end is no news then.
      const cause: unknown = stopping.aborted ? stopping.reason : (this.#work.refusal ?? error);
      const fault = testFaultOf(cause, this.#secrets.redact);
      if (fault === undefined) throw cause;
      return fault;
    }
  }
}

async function untilDone(sandbox: SandboxProcess): Promise<void> {
  for (;;) {
    const { records, done } = await sandbox.pullFrame(frameSize);
    if (records !== undefined) throw new TestWritesError();
    if (done) return;
  }
}
