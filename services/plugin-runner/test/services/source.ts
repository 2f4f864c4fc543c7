import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

interface SourceAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** It takes the request and breaks the connection. */
  readonly dies?: boolean;
}

/** A source on this machine, known to the plugin as source.example; tests answer for it. */
export class Source {
  readonly #server: Server;
  readonly paths: string[] = [];
  /** Bodies of requests by path, the newest. */
  readonly bodies = new Map<string, Buffer>();
  /** Headers of requests by path, the newest. */
  readonly headers = new Map<string, IncomingHttpHeaders>();
  /** Of requests whose asker left before the answer. */
  readonly left: string[] = [];
  answer: (path: string) => SourceAnswer | Promise<SourceAnswer> = () => ({});

  constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      this.headers.set(request.url ?? '', request.headers);
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => this.bodies.set(request.url ?? '', Buffer.concat(parts)));
      void this.#respond(request.url ?? '', response);
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** The newest form that came to a path. */
  form(path: string): Promise<FormData> {
    const type = this.headers.get(path)?.['content-type'] ?? '';
    const body = new Uint8Array(this.bodies.get(path) ?? []);
    return new Response(body, { headers: { 'content-type': type } }).formData();
  }

  async #respond(path: string, response: ServerResponse): Promise<void> {
    this.paths.push(path);
    response.once('close', () => {
      if (!response.writableEnded) this.left.push(path);
    });
    const { status = 200, headers, body = null, dies = false } = await this.answer(path);
    if (dies) {
      response.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
