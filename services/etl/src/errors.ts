/** The connection of a frame or question is not known here, or not yet. */
export class UnknownConnectionError extends Error {
  override readonly name = 'UnknownConnectionError';
  readonly code = 'etl.unknown_connection';
  readonly retry: 'never' | 'later';

  /** `later` for frames and erasures: the news of a new connection may still be on its way. */
  constructor(connectionId: string, retry: 'never' | 'later') {
    super(`connection "${connectionId}" is not known to etl`);
    this.retry = retry;
  }
}

/** The plugin asked for something of a connection that is not its own, or that it has no grant for. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
  readonly code = 'etl.forbidden';
  readonly retry = 'never';
}

/** A request that cannot be answered as it is. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  readonly code = 'etl.invalid_request';
  readonly retry = 'never';
}

/** The sweep that somebody has decided on does not wait, or not any more. */
export class SweepNotHeldError extends Error {
  override readonly name = 'SweepNotHeldError';
  readonly code = 'etl.sweep_not_held';
  readonly retry = 'never';

  constructor(runId: string) {
    super(
      `no sweep of run "${runId.slice(0, 128)}" waits: it was decided on, or a later full pass has taken its place; list the runs to see what waits`,
    );
  }
}

/** A frame that breaks the rules of its protocol; nothing of it can be used. */
export class InvalidFrameError extends Error {
  override readonly name = 'InvalidFrameError';
  readonly code = 'etl.invalid_frame';
  readonly retry = 'never';
}

/** An item, event or checkpoint that cannot be stored; it goes to quarantine with this message. */
export class InvalidItemError extends Error {
  override readonly name = 'InvalidItemError';
  readonly code = 'etl.item_invalid';
  readonly retry = 'never';
}

/** The connection was changed while something was done with it. */
export class ConnectionChangedError extends Error {
  override readonly name = 'ConnectionChangedError';
  readonly code = 'etl.connection_changed';
  readonly retry = 'later';

  constructor(connectionId: string) {
    super(`connection "${connectionId}" has just been changed; ask again`);
  }
}

/** A list took too long; on a database that has less to do the same one may succeed. */
export class ListTimeoutError extends Error {
  override readonly name = 'ListTimeoutError';
  readonly code = 'etl.list_timeout';
  readonly retry = 'later';

  constructor(limit: string, cause: unknown) {
    super(`the list could not be made within ${limit}; ask for less, or again later`, { cause });
  }
}

/** PostgreSQL did not answer, or ended the transaction for a reason that passes. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  readonly code = 'etl.database_unavailable';
  readonly retry = 'later';

  constructor(cause: unknown) {
    super(
      `PostgreSQL did not complete the transaction: ${cause instanceof Error ? cause.message : 'unknown'}`,
      {
        cause,
      },
    );
  }
}

/** A part of a file that is not taken; the file as a whole cannot be saved by trying again. */
export class FileRefusedError extends Error {
  override readonly name = 'FileRefusedError';
  readonly code: `files.${'too_large' | 'quota' | 'digest' | 'stale_run' | 'invalid_chunk'}`;
  readonly retry = 'never';

  constructor(code: FileRefusedError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** So many files of a connection are being saved that another has to wait. */
export class TooManyUploadsError extends Error {
  override readonly name = 'TooManyUploadsError';
  readonly code = 'files.busy';
  readonly retry = 'later';

  constructor(openUploads: number) {
    super(
      `${String(openUploads)} files of the connection are being saved at once; wait for some of them`,
    );
  }
}

/** The store takes no more files of anybody. */
export class FileStoreFullError extends Error {
  override readonly name = 'FileStoreFullError';
  readonly code = 'files.quota';
  readonly retry = 'never';

  constructor(cause: unknown) {
    super(
      'the store of files is full; have the operator give nats-server more room, or remove connections that are not needed',
      { cause },
    );
  }
}

/** The store does not give a part of a file that should be there. */
export class FileUnavailableError extends Error {
  override readonly name = 'FileUnavailableError';
  readonly code = 'files.unavailable';
  readonly retry = 'later';

  constructor(fileId: string) {
    super(`the store does not give all parts of file ${fileId}; ask again`);
  }
}
