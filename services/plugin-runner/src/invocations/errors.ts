/** Nobody waits for the result of an invocation any more. */
export class InvocationDeadlineError extends Error {
  override readonly name = 'InvocationDeadlineError';
  readonly code = 'invocation.deadline';
  readonly retry = 'never';

  constructor() {
    super('the call was not over in time; do less in it, and leave what takes long to sync');
  }
}

/** An operator holds up the rules that ask it. */
export class OperatorTimeoutError extends Error {
  override readonly name = 'OperatorTimeoutError';
  readonly code = 'sandbox.operator_timeout';
  readonly retry = 'never';

  constructor(limitMs: number) {
    super(
      `evaluate took more than ${String(limitMs / 1000)} s; it should decide by what it is given`,
    );
  }
}

/** An invocation wrote more than one frame may hold; nothing of it is kept. */
export class InvocationTooLargeError extends Error {
  override readonly name = 'InvocationTooLargeError';
  readonly code = 'sandbox.invocation_too_large';
  readonly retry = 'never';

  constructor(what: string, limit: string) {
    super(
      `the call wrote ${what}; the limit is ${limit}, and nothing of it was kept: leave what is more to sync`,
    );
  }
}

/** What the plugin returned does not fit into an answer. */
export class ResultTooLargeError extends Error {
  override readonly name = 'ResultTooLargeError';
  readonly code = 'sandbox.result_too_large';
  readonly retry = 'never';

  constructor(limitBytes: number) {
    super(
      `what the plugin returns may have ${String(limitBytes)} bytes as JSON; return ids and states, not what the provider answered`,
    );
  }
}

/** Only a sync goes on from a checkpoint. */
export class NoCheckpointError extends Error {
  override readonly name = 'NoCheckpointError';
  readonly code = 'sandbox.no_checkpoint';
  readonly retry = 'never';

  constructor() {
    super('only sync saves and resets checkpoints: leave them out of webhooks and sends');
  }
}

/** etl took nothing of an invocation. */
export class InvocationRefusedError extends Error {
  override readonly name = 'InvocationRefusedError';
  readonly code = 'invocation.refused';
  readonly retry = 'never';

  constructor(connectionId: string) {
    super(
      `etl took nothing of what the call wrote; look whether connection ${connectionId} is still there`,
    );
  }
}
