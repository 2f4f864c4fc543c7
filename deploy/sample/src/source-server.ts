import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { ServerIdentity } from './certificate.ts';

/** What stands behind a host name. */
export interface Source {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** An HTTPS server on the loopback address that stands for outside hosts, to which an egress override leads here. */
export class SourceServer {
  readonly identity: ServerIdentity;
  readonly #server: Server;

  constructor(sources: Readonly<Record<string, Source>>, identity: ServerIdentity) {
    this.identity = identity;
    const all = Object.values(sources);
    this.#server = createServer(
      { key: identity.key, cert: identity.certificate },
      (request, response) => {
        const host = (request.headers.host ?? '').split(':')[0] ?? '';
        // A single source answers under any name: whoever reaches it meant it.
        const source = all.length === 1 ? all[0] : sources[host];
        if (source === undefined) return void response.writeHead(421).end();
        source.handle(request, response).catch(() => response.destroy());
      },
    );
  }

  /** Port 0 takes a free one. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('the source is not listening');
    return address.port;
  }

  /** Ends the server and every open connection. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
