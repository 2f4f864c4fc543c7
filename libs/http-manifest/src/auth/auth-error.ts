/** Why a request cannot prove who asks; the message never holds a value. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code:
    | 'http.credentials_missing'
    | 'http.invalid_header_value'
    | 'http.auth'
    | 'http.auth_refused'
    | 'http.auth_unavailable';
  readonly retry = 'never';

  constructor(code: AuthError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
