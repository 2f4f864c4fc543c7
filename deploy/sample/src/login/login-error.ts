import { randomUUID } from 'node:crypto';

/** A refusal of the token endpoint, as Microsoft words it: an error of OAuth 2 and a code of its own. */
export class LoginError extends Error {
  override readonly name = 'LoginError';
  readonly status: number;
  readonly error: string;
  readonly number: number;

  constructor(status: number, error: string, number: number, message: string) {
    super(message);
    this.status = status;
    this.error = error;
    this.number = number;
  }

  body(): object {
    const [trace, correlation] = [randomUUID(), randomUUID()];
    const time = new Date().toISOString().replace('T', ' ').slice(0, 19);
    return {
      error: this.error,
      error_description: `AADSTS${String(this.number)}: ${this.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${time}Z`,
      error_codes: [this.number],
      timestamp: `${time}Z`,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://${loginHost}/error?code=${String(this.number)}`,
    };
  }
}

/** The host name of Microsoft's identity platform. */
export const loginHost = 'login.microsoftonline.com';
