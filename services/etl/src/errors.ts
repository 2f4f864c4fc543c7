/** Nothing is known of the connection yet; its announcement may be on its way. */
export class UnknownConnectionError extends Error {
  override readonly name = 'UnknownConnectionError';
  readonly code = 'etl.unknown_connection';
  readonly retry = 'later';

  constructor(connectionId: string) {
    super(`connection ${connectionId} is not known to etl yet`);
  }
}

/** A frame that may not be written: the connection is not the plugin's, or a grant is missing. */
export class FrameRefusedError extends Error {
  override readonly name = 'FrameRefusedError';
  readonly code = 'etl.frame_refused';
  readonly retry = 'never';
}

/** A question that cannot be answered as it was put. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code = 'etl.query_invalid';
  readonly retry = 'never';
}
