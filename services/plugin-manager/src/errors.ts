/** A request that cannot be carried out as it was put; the code's last part decides the HTTP status. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;
  readonly retry = 'never';
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    status: number,
    message: string,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

export function notFound(what: string, id: string): RequestError {
  return new RequestError(`${what}.not_found`, 404, `there is no ${what} "${id.slice(0, 128)}"`);
}
