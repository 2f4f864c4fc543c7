import type { SandboxFailure } from './sandbox/sandbox-limits.ts';

/** The plugin failed or was ended; `failure` says why, in words for its author. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: string;
  readonly retry = 'never';
  readonly failure: SandboxFailure;

  constructor(failure: SandboxFailure) {
    super(failure.message);
    this.code = failure.code;
    this.failure = failure;
  }
}

/** The sandbox asked for something its manifest does not declare, or nobody approved. */
export class CapabilityDeniedError extends Error {
  override readonly name = 'CapabilityDeniedError';
  readonly code = 'capability.denied';
  readonly retry = 'never';

  constructor(needed: string) {
    super(
      `the plugin lacks the permission "${needed}": declare it in plugin.json and have it approved`,
    );
  }
}

/** A bundle that is not the one its digest names. */
export class BundleDigestError extends Error {
  override readonly name = 'BundleDigestError';
  readonly code = 'bundle.digest';
  readonly retry = 'later';

  constructor(expected: string, found: string) {
    super(`the bundle has the digest ${found} instead of ${expected}; it is not run`);
  }
}

/** The wallet's answer was not signed by the wallet of this deployment. */
export class WalletSignatureError extends Error {
  override readonly name = 'WalletSignatureError';
  readonly code = 'wallet.signature';
  readonly retry = 'never';

  constructor() {
    super('the config came with a signature that is not the wallet’s; it is not used');
  }
}

/** More calls at once than may wait. */
export class TooManyCallsError extends Error {
  override readonly name = 'TooManyCallsError';
  readonly code = 'sandbox.too_many_calls';
  readonly retry = 'never';

  constructor(limit: number) {
    super(
      `more than ${String(limit)} calls wait; await them one after the other, or a few at a time`,
    );
  }
}

/** Calls that are not answered yet hold more than they may. */
export class OpenCallsTooLargeError extends Error {
  override readonly name = 'OpenCallsTooLargeError';
  readonly code = 'sandbox.too_many_calls';
  readonly retry = 'never';

  constructor(limitBytes: number) {
    super(
      `the arguments of calls under way may have ${String(limitBytes / 1_048_576)} MiB together; await them one after the other, or a few at a time`,
    );
  }
}

/** A test of a connection leaves everything as it is. */
export class TestWritesError extends Error {
  override readonly name = 'TestWritesError';
  readonly code = 'sandbox.test_writes';
  readonly retry = 'never';

  constructor() {
    super(
      'a test writes nothing: testConnection may ask the source and read, but neither emit events, save files, nor save or reset a checkpoint',
    );
  }
}

/** A test of a connection took longer than its caller waits. */
export class TestDeadlineError extends Error {
  override readonly name = 'TestDeadlineError';
  readonly code = 'test.deadline';
  readonly retry = 'never';

  constructor() {
    super('the test was not over in time; testConnection should send one or two quick requests');
  }
}

/** A request of a send that may have been done already. */
export class NotRepeatedError extends Error {
  override readonly name = 'NotRepeatedError';
  readonly code = 'http.not_repeated';
  readonly retry = 'never';

  constructor(method: string) {
    super(
      `this ${method} was sent before, and may have been carried out: it is not sent again, so that nothing is sent twice; say "idempotentSends" in plugin.json where the provider knows repetitions by their idempotency key`,
    );
  }
}

/** The plugin brought its sandbox down time after time. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  readonly code = 'sandbox.circuit_open';
  readonly retry = 'never';
  readonly retryAfterMs: number;

  constructor(waitMs: number) {
    super(
      `the plugin brought its sandbox down several times in a row; it is left alone for ${String(Math.ceil(waitMs / 1000))} s`,
    );
    this.retryAfterMs = Math.ceil(waitMs);
  }
}

/** A call that the host does not have. */
export class UnknownCallError extends Error {
  override readonly name = 'UnknownCallError';
  readonly code = 'host.unknown_call';
  readonly retry = 'never';

  constructor(method: string) {
    super(`the host has no call ${method}`);
  }
}

/** The runner ends before the run does; the command is delivered again. */
export class RunInterruptedError extends Error {
  override readonly name = 'RunInterruptedError';
  readonly code = 'runner.interrupted';
  readonly retry = 'later';
  /** Another runner may take it at once. */
  readonly retryAfterMs = 500;

  constructor(runId: string, options?: ErrorOptions) {
    super(`run ${runId} was interrupted since the runner stops; it is repeated`, options);
  }
}

/** The scheduler wants no more of a run: it was ended. */
export class RunNotWantedError extends Error {
  override readonly name = 'RunNotWantedError';
  readonly code = 'runner.not_wanted';
  readonly retry = 'never';

  constructor(runId: string) {
    super(`run ${runId} is no longer wanted`);
  }
}

/** Another runner has a later attempt of the run, and settles its command. */
export class AttemptSupersededError extends Error {
  override readonly name = 'AttemptSupersededError';
  readonly code = 'runner.attempt_superseded';
  readonly retry = 'elsewhere';

  constructor(runId: string, attempt: number) {
    super(`attempt ${String(attempt)} of run ${runId} was overtaken by a later one`);
  }
}

/** Another version of the plugin is active; its runner takes the remap. */
export class SupersededRunnerError extends Error {
  override readonly name = 'SupersededRunnerError';
  readonly code = 'runner.superseded';
  readonly retry = 'later';
  readonly retryAfterMs = 4000;

  constructor(version: string) {
    super(`version ${version} is no longer the active one; the run goes to the runner of the next`);
  }
}

/** The run tries out another version; its runner begins, or this one ends. */
export class OtherVersionError extends Error {
  override readonly name = 'OtherVersionError';
  readonly code = 'runner.other_version';
  readonly retry = 'later';
  readonly retryAfterMs = 10_000;

  constructor(runId: string, version: string) {
    super(`run ${runId} is for version ${version}, and is left to its runner`);
  }
}

/** The wallet did not answer for too long; the scheduler repeats the run. */
export class ConfigUnavailableError extends Error {
  override readonly name = 'ConfigUnavailableError';
  readonly code = 'runner.config_unavailable';
  readonly retry = 'never';

  constructor(options?: ErrorOptions) {
    super('the config of the connection could not be had from credential-wallet', options);
  }
}

/** REQUIRE_CONFINEMENT is set, and this machine does not let sandbox processes be shut in. */
export class UnconfinedSandboxError extends Error {
  override readonly name = 'UnconfinedSandboxError';
  readonly code = 'runner.unconfined_sandbox';
  readonly retry = 'never';

  constructor(missing: readonly string[]) {
    super(
      `sandbox processes would run without ${missing.join(' and ')}; allow it on this machine, or unset REQUIRE_CONFINEMENT`,
    );
  }
}

/** A file that cannot be saved as it was given. */
export class InvalidFileError extends Error {
  override readonly name = 'InvalidFileError';
  readonly code = 'files.invalid';
  readonly retry = 'never';

  constructor() {
    super('files.save takes an object with a name and a body, which is a string or a Uint8Array');
  }
}

/** A file that the plugin may not send on, or that is not there. */
export class FileNotFoundError extends Error {
  override readonly name = 'FileNotFoundError';
  readonly code = 'files.not_found';
  readonly retry = 'never';

  constructor() {
    super(
      'there is no such file: a request takes the file_id of a file that the connection has saved, or of an attachment of the message that is to be sent',
    );
  }
}

/** A file that is too large for a request. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
  readonly code = 'files.too_large';
  readonly retry = 'never';

  constructor(limitBytes: number) {
    super(`a file may have ${String(limitBytes / 1_048_576)} MiB to be the body of a request`);
  }
}

/** A request that is not made: it cannot be made of what was given. */
export class RequestFaultError extends Error {
  override readonly name = 'RequestFaultError';
  readonly code: `http.${string}`;
  readonly retry = 'never';

  constructor(code: `http.${string}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** plugin-manager did not say who this runner is. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code = 'runner.identity';
  readonly retry = 'later';

  constructor(reason: string) {
    super(`it is not known whose runner this is: ${reason}`);
  }
}
