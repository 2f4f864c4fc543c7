import { createServer, type Server } from 'node:http';
import { request } from 'node:https';

export interface Asked {
  readonly method?: string | undefined;
  readonly path: string;
  readonly host?: string;
  readonly form?: string | undefined;
  readonly authorization?: string | undefined;
}

/** Where a local Twilio server listens, and who vouches for it. */
export interface Reached {
  readonly port: number;
  readonly identity: { readonly ca: string };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks a local Twilio server as a client does. */
export function ask(server: Reached, asked: Asked): Promise<Answered> {
  const { method = 'GET', path, host = 'api.twilio.com', form, authorization } = asked;
  return new Promise((resolve, reject) => {
    const call = request(
      {
        method,
        host: '127.0.0.1',
        port: server.port,
        path,
        servername: host,
        ca: server.identity.ca,
        agent: false,
        headers: {
          Host: host,
          ...(authorization === undefined ? {} : { Authorization: authorization }),
          ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    call.on('error', reject);
    call.end(form);
  });
}

/** What a webhook got. */
export interface Delivered {
  readonly path: string;
  readonly signature: string;
  readonly fields: Record<string, string>;
}

/** Takes what Twilio sends, and answers with empty TwiML. */
export class WebhookTaker {
  readonly delivered: Delivered[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
        this.delivered.push({
          path: incoming.url ?? '',
          signature: String(incoming.headers['x-twilio-signature']),
          fields: Object.fromEntries(form),
        });
        response.writeHead(200, { 'Content-Type': 'text/xml' }).end('<Response/>');
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
