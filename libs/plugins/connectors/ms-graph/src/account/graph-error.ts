/** Microsoft Graph refused a request. The platform reads `status` and `retryAfterMs` to decide what becomes of the run. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code = 'http.status';
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** Microsoft's own code. */
  readonly graphCode: string;

  constructor(
    message: string,
    about: { status: number; retryAfterMs?: number | undefined; graphCode: string },
  ) {
    super(message);
    this.status = about.status;
    this.retryAfterMs = about.retryAfterMs;
    this.graphCode = about.graphCode;
  }
}

/** The state that was saved leads nowhere any more: everything has to be read again. */
export class ResyncNeeded extends Error {
  override readonly name = 'ResyncNeeded';
}
