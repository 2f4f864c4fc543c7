/** A request of a client that cannot be answered as it was put. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly retry = 'never';
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
