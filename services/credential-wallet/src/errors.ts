type Retry = 'never' | 'later';

/** A refusal or failure of the wallet; never holds a value. */
export class WalletError extends Error {
  override readonly name = 'WalletError';
  readonly code: string;
  readonly retry: Retry;

  constructor(
    reason:
      | 'kek_unavailable'
      | 'secret_tampered'
      | 'not_found'
      | 'ticket_refused'
      | 'runner_refused'
      | 'seal_refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = `wallet.${reason}`;
    this.retry = reason === 'kek_unavailable' ? 'later' : 'never';
  }
}
