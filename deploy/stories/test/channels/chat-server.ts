import { makeServerIdentity, sampleHost, SourceServer, type Source } from '@made-open/sample';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface ChatRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What becomes of a request: answered, or taken without a word. */
export type ChatAnswer = number | 'silent';

/** The provider of the founding guide's sample channel: takes messages and calls, and notes each. */
export class ChatServer implements Source {
  readonly requests: ChatRequest[] = [];
  /** Of the next requests, in turn; 200 when none is left. */
  readonly answers: ChatAnswer[] = [];
  #server: SourceServer | undefined;

  static async start(): Promise<{ chat: ChatServer; server: SourceServer }> {
    const chat = new ChatServer();
    const server = new SourceServer({ [sampleHost]: chat }, await makeServerIdentity([sampleHost]));
    await server.listen();
    chat.#server = server;
    return { chat, server };
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  /** What was sent with such a body. */
  sent(body: string): ChatRequest[] {
    return this.requests.filter((request) => request.body['body'] === body);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as Record<string, unknown>;
    const { authorization } = request.headers;
    this.requests.push({ path: request.url ?? '', authorization, body });
    const answer = this.answers.shift() ?? 200;
    if (answer === 'silent') {
      response.destroy();
      return;
    }
    const retry = answer === 429 ? { 'retry-after': '1' } : {};
    response.writeHead(answer, { 'content-type': 'application/json', ...retry });
    response.end(JSON.stringify({ callSid: 'CA1', status: 'queued' }));
  }
}
