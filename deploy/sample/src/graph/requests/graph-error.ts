/** An answer other than 2xx, as Microsoft Graph words it. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly inner: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { headers?: Record<string, string>; inner?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.inner = more.inner ?? {};
  }

  /** The body: `innerError` names the request, for Microsoft's support. */
  body(requestId: string, clientRequestId: string): object {
    return {
      error: {
        code: this.code,
        message: this.message,
        innerError: {
          ...this.inner,
          date: new Date().toISOString().slice(0, 19),
          'request-id': requestId,
          'client-request-id': clientRequestId,
        },
      },
    };
  }
}

export const noSuchItem = (): GraphError =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

export const noSuchDriveItem = (): GraphError =>
  new GraphError(404, 'itemNotFound', 'The resource could not be found.');

export const noSuchResource = (segment: string): GraphError =>
  new GraphError(
    400,
    'BadRequest',
    `Resource not found for the segment '${segment.slice(0, 100)}'.`,
  );

export const notAnswered = (what: string): GraphError =>
  new GraphError(501, 'notImplemented', `This local server does not answer ${what}.`);
