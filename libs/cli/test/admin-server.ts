import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runProgram } from '../src/program.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Answer = (asked: Asked) => object | string | number;

/** A server that answers as the admin API does, with what a test wants, and notes what it is asked. */
export class AdminServer {
  readonly asked: Asked[] = [];
  readonly #answers: { readonly method: string; readonly path: RegExp; readonly answer: Answer }[] =
    [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<AdminServer> {
    const made = new AdminServer();
    made.#server.listen(0, '127.0.0.1');
    await once(made.#server, 'listening');
    return made;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  reset(): void {
    this.asked.splice(0);
    this.#answers.splice(0);
  }

  /** Answers from now on; what was said last counts. */
  on(method: string, path: RegExp, answer: Answer): void {
    this.#answers.unshift({ method, path, answer });
  }

  /** Runs one command against it. */
  async run(
    args: readonly string[],
    { env = {}, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
  ): Promise<Ran> {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const stdin = Object.assign(new PassThrough(), { isTTY: false });
    stdin.end(input);
    const said = Promise.all([text(stdout), text(stderr)]);
    const status = await runProgram(
      args,
      {
        stdin: stdin as unknown as NodeJS.ReadStream,
        stdout,
        stderr,
        env: {
          HOME: '/nonexistent',
          MADE_OPEN_KEY: 'mop_key_of_the_test',
          MADE_OPEN_URL: this.url,
          ...env,
        },
        folder: '/nonexistent',
      },
      '1.2.3',
    );
    stdout.end();
    stderr.end();
    const [out, error] = await said;
    return { status, stdout: out, stderr: error };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request);
    const [status, body] = typeof answer === 'number' ? [answer, ''] : [200, answer];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  async #answer(request: IncomingMessage): Promise<object | string | number> {
    const content = await text(request);
    const asked = {
      method: request.method ?? '',
      path: (request.url ?? '').replace('/admin/v1', ''),
      body: bodyOf(request, content),
      headers: request.headers,
    };
    this.asked.push(asked);
    const found = this.#answers.find(
      ({ method, path }) => method === asked.method && path.test(asked.path),
    );
    return found?.answer(asked) ?? 404;
  }
}

/** JSON as its value, anything else as text. */
function bodyOf({ headers }: IncomingMessage, content: string): unknown {
  const isForm = headers['content-type']?.startsWith('multipart/') === true;
  return content === '' || isForm ? content || undefined : JSON.parse(content);
}
