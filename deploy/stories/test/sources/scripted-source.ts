import { makeServerIdentity, type ServerIdentity } from '@made-open/sample';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** An HTTPS server that answers as the story says; `answer` may be replaced at any time. */
export class ScriptedSource {
  answer: Answer;
  requests = 0;
  readonly identity: ServerIdentity;
  readonly #server: Server;

  private constructor(identity: ServerIdentity, answer: Answer) {
    this.identity = identity;
    this.answer = answer;
    const { key, certificate: cert } = identity;
    this.#server = createServer({ key, cert }, (request, response) => {
      this.requests++;
      // A caller that gave up is no fault of the source.
      response.on('error', () => undefined);
      Promise.resolve(this.answer(request, response)).catch(() => response.destroy());
    });
  }

  static async start(hosts: readonly string[], answer: Answer): Promise<ScriptedSource> {
    const source = new ScriptedSource(await makeServerIdentity(hosts), answer);
    await new Promise<void>((resolve, reject) => {
      source.#server.once('error', reject);
      source.#server.listen(0, '127.0.0.1', resolve);
    });
    return source;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('the source is not listening');
    return address.port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
