/** A request that was refused before or while it was made; `reason` is stable and tells nothing of the network. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: string;
  readonly reason: string;
  readonly retry: 'never' | 'later';

  constructor(
    reason: string,
    message: string,
    retry: 'never' | 'later' = 'never',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.reason = reason;
    this.retry = retry;
    this.code = `egress.${reason.toLowerCase()}`;
  }
}
