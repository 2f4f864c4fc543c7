/** A sync was asked for that cannot begin. */
export class SyncRefusedError extends Error {
  override readonly name = 'SyncRefusedError';
  readonly code = 'scheduler.connection_inactive.conflict';
  readonly retry = 'never';

  constructor(connectionId: string) {
    super(
      `connection ${connectionId} is not active; complete its config, activate its plugin, or resume it`,
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

/** A cursor that no page gave. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
  readonly code = 'scheduler.invalid_cursor';
  readonly retry = 'never';

  constructor() {
    super('the cursor is not one that a page of runs gave; begin with the first page');
  }
}
