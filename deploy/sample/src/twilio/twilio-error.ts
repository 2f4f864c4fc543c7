/** What Twilio refuses, in its own words. */
export class TwilioRefusal extends Error {
  override readonly name = 'TwilioRefusal';
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The body of the answer. */
  body(): object {
    const { code, message, status } = this;
    return {
      code,
      message,
      more_info: `https://www.twilio.com/docs/errors/${String(code)}`,
      status,
    };
  }
}

export const unauthenticated = (): TwilioRefusal =>
  new TwilioRefusal(401, 20003, 'Authenticate', {
    'WWW-Authenticate': 'Basic realm="Twilio API"',
  });

export const notFound = (path: string): TwilioRefusal =>
  new TwilioRefusal(404, 20404, `The requested resource ${path} was not found`);

export const tooMany = (retryAfterSeconds: number | undefined): TwilioRefusal =>
  new TwilioRefusal(
    429,
    20429,
    'Too Many Requests',
    retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
  );

export const broken = (): TwilioRefusal =>
  new TwilioRefusal(500, 20500, 'An internal server error has occurred');
