/** Reasons of the wallet's refusals and failures, and whether another try may help. */
const retries = {
  invalid_request: 'never',
  seal_refused: 'never',
  owner_differs: 'never',
  config_removed: 'never',
  config_conflict: 'later',
  not_found: 'never',
  ticket_refused: 'never',
  runner_refused: 'never',
  secret_tampered: 'never',
  kek_unavailable: 'later',
  oauth_not_configured: 'never',
  oauth_client_refused: 'never',
  oauth_unavailable: 'later',
  authorization_refused: 'never',
  authorization_expired: 'never',
  reauthentication_required: 'never',
} as const;

export type WalletReason = keyof typeof retries;

/** A refusal or failure of the wallet; its message never holds a value. */
export class WalletError extends Error {
  override readonly name = 'WalletError';
  readonly code: `wallet.${WalletReason}`;
  readonly retry: 'never' | 'later';

  constructor(reason: WalletReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = `wallet.${reason}`;
    this.retry = retries[reason];
  }
}
