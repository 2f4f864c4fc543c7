import { makeCertificate } from '@made-open/testing';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came, with all of its body. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Answer = (request: Received, response: ServerResponse) => void;

/** A provider on this machine with a certificate of its own; tests answer for it. */
export class Provider {
  readonly #server: Server;
  readonly #certificate: string;
  readonly host: string;
  #port = 0;
  readonly received: Received[] = [];
  /** Connections, whatever came over them. */
  connections = 0;
  answer: Answer = (_request, response) => {
    json(response, 200, { id: 'F1', status: 'queued' });
  };

  private constructor(host: string, { certificate, key }: { certificate: string; key: string }) {
    this.host = host;
    this.#certificate = certificate;
    this.#server = createServer({ cert: certificate, key }, (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const received = { method, url, headers, body: Buffer.concat(parts) };
        this.received.push(received);
        this.answer(received, response);
      });
    });
    this.#server.on('connection', (_socket: Socket) => this.connections++);
  }

  static async listen(host: string): Promise<Provider> {
    const provider = new Provider(host, await makeCertificate(host));
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    provider.#port = (provider.#server.address() as AddressInfo).port;
    return provider;
  }

  /** What an operator writes to have it asked for its name. */
  get override(): Readonly<Record<string, object>> {
    const port = this.#port;
    return { [`${this.host}:443`]: { address: '127.0.0.1', port, ca: this.#certificate } };
  }

  get last(): Received {
    const last = this.received.at(-1);
    if (last === undefined) throw new Error(`nothing came to ${this.host}`);
    return last;
  }

  /** Forgets what came, and answers as at first. */
  reset(): void {
    this.received.splice(0);
    this.connections = 0;
    this.answer = (_request, response) => {
      json(response, 200, { id: 'F1', status: 'queued' });
    };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** The form of a request, as a provider reads it. */
export function formOf({ headers, body }: Received): Promise<FormData> {
  const type = headers['content-type'] ?? '';
  return new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
}
