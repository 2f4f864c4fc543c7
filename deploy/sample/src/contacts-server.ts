import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeServerIdentity, type ServerIdentity } from './certificate.ts';
import type { Contact } from './contacts.ts';
import { SourceServer, type Source } from './source-server.ts';

/** What the server does instead of answering a request properly. */
export type Fault = 'throttle' | 'server_error' | 'cut_off' | 'hang';

export interface ContactsOptions {
  readonly apiKey: string;
  readonly contacts: readonly Contact[];
  readonly pageSize?: number;
  /** Called for each request with its number from 0; a fault replaces the answer. */
  readonly faultOf?: (request: number) => Fault | undefined;
  /** Seconds in `Retry-After` of a throttled answer. */
  readonly retryAfterSeconds?: number;
  /** Waits before a page is sent, for tests that must act in the middle of a sync. */
  readonly beforePage?: (offset: number) => Promise<void>;
}

export interface ContactsServerOptions extends ContactsOptions {
  readonly port?: number;
  readonly identity?: ServerIdentity;
}

/** The host name that the sample plugin asks for. */
export const sampleHost = 'api.example.com';

/** Behaves like a provider's API: bearer keys, pages by cursor, throttling, faults. `contacts` may be replaced at any time. */
export class ContactsApi implements Source {
  contacts: readonly Contact[];
  faultOf: (request: number) => Fault | undefined;
  beforePage: (offset: number) => Promise<void>;
  requests = 0;
  readonly #options: ContactsOptions;

  constructor(options: ContactsOptions) {
    this.#options = options;
    this.contacts = options.contacts;
    this.faultOf = options.faultOf ?? (() => undefined);
    this.beforePage = options.beforePage ?? (() => Promise.resolve());
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = this.requests++;
    if (request.headers.authorization !== `Bearer ${this.#options.apiKey}`)
      return send(response, 401, { error: 'invalid_key' });
    const url = new URL(request.url ?? '/', `https://${sampleHost}`);
    if (url.pathname !== '/contacts') return send(response, 404, { error: 'no_such_resource' });
    const fault = this.faultOf(number);
    if (fault !== undefined) return this.#fail(fault, response);
    return this.#page(url, response);
  }

  async #page(url: URL, response: ServerResponse): Promise<void> {
    const offset = Number(url.searchParams.get('cursor') ?? 0);
    if (!Number.isSafeInteger(offset) || offset < 0)
      return send(response, 400, { error: 'invalid_cursor' });
    await this.beforePage(offset);
    const size = this.#options.pageSize ?? 100;
    const end = offset + size;
    const more = end < this.contacts.length;
    return send(response, 200, {
      contacts: this.contacts.slice(offset, end),
      ...(more ? { nextCursor: String(end) } : {}),
    });
  }

  #fail(fault: Fault, response: ServerResponse): void {
    switch (fault) {
      case 'throttle':
        response.setHeader('Retry-After', String(this.#options.retryAfterSeconds ?? 1));
        send(response, 429, { error: 'too_many_requests' });
        return;
      case 'server_error':
        send(response, 500, { error: 'internal' });
        return;
      case 'cut_off':
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100000' });
        response.write('{"contacts":[{"id":"never-comple');
        setImmediate(() => response.destroy());
        return;
      case 'hang':
        // Answers nothing: the caller's own time limit has to end it.
        return;
    }
  }
}

/** An HTTPS server of contacts alone. */
export class ContactsServer extends ContactsApi {
  readonly #server: SourceServer;

  private constructor(options: ContactsOptions, identity: ServerIdentity) {
    super(options);
    this.#server = new SourceServer({ [sampleHost]: this }, identity);
  }

  /** Starts a server on the loopback address; port 0 takes a free one. */
  static async start(options: ContactsServerOptions): Promise<ContactsServer> {
    const identity = options.identity ?? (await makeServerIdentity([sampleHost]));
    const server = new ContactsServer(options, identity);
    await server.#server.listen(options.port);
    return server;
  }

  get port(): number {
    return this.#server.port;
  }

  get identity(): ServerIdentity {
    return this.#server.identity;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
