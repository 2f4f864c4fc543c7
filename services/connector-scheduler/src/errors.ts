import { RunKind } from '@made-open/contracts';

/** A run was asked for that cannot begin. */
export class RunRefusedError extends Error {
  override readonly name = 'RunRefusedError';
  readonly code = 'scheduler.connection_inactive.conflict';
  readonly retry = 'never';

  constructor(connectionId: string) {
    super(
      `connection ${connectionId} is not active; complete its config, activate its plugin, or resume it`,
    );
  }
}

/** A run of another kind than the one that is asked for is under way. */
export class OtherRunError extends Error {
  override readonly name = 'OtherRunError';
  readonly code = 'scheduler.other_run.conflict';
  readonly retry = 'never';

  constructor({ runId, kind }: { readonly runId: string; readonly kind: RunKind }) {
    super(
      `${kind === RunKind.REMAP ? 'remap' : 'sync'} ${runId} of the connection is open, and it has one run at a time; ask again when that has ended`,
    );
  }
}

/** A run was to be ended that has ended by itself. */
export class RunEndedError extends Error {
  override readonly name = 'RunEndedError';
  readonly code = 'scheduler.run_ended.conflict';
  readonly retry = 'never';

  constructor(runId: string) {
    super(
      `run ${runId} has ended already; only one that is queued, running or parked can be cancelled`,
    );
  }
}

/** The connection was not announced here yet. */
export class UnknownConnectionError extends Error {
  override readonly name = 'UnknownConnectionError';
  readonly code = 'scheduler.connection_unknown';
  readonly retry = 'later';

  constructor(connectionId: string) {
    super(`connection ${connectionId} is not known here yet; try again in a moment`);
  }
}

/** A plugin asks for a connection of another one. */
export class ForeignConnectionError extends Error {
  override readonly name = 'ForeignConnectionError';
  readonly code = 'scheduler.foreign_connection.forbidden';
  readonly retry = 'never';

  constructor(connectionId: string, pluginId: string) {
    super(`connection ${connectionId} is not one of the plugin ${pluginId}`);
  }
}

/** A cursor that no page gave. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
  readonly code = 'scheduler.invalid_cursor';
  readonly retry = 'never';

  constructor() {
    super('the cursor is not one that a page of runs gave; begin with the first page');
  }
}
