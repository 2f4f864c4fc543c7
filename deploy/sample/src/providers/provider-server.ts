import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeServerIdentity, type ServerIdentity } from '../certificate.ts';
import { SourceServer, type Source } from '../source-server.ts';
import { readCall, type ProviderCall, type ProviderReply } from './provider-call.ts';

/** A provider's API, as far as its documentation describes what presets need. */
export interface Provider {
  /** Host names that it answers under. */
  readonly hosts: readonly string[];
  answer(call: ProviderCall): Promise<ProviderReply> | ProviderReply;
}

/** What happens to the next request. */
export interface ProviderFault {
  /** `reply`: instead of its own answer. `lost`: it is done, and the connection ends without an answer. `deaf`: nothing is done. */
  readonly kind: 'reply' | 'lost' | 'deaf';
  readonly reply?: ProviderReply;
}

/** One request that was met; status 0 when it got no answer. */
export interface SeenCall extends ProviderCall {
  readonly status: number;
}

/** A provider on this machine, for tests and trials. */
export class ProviderServer implements Source {
  readonly calls: SeenCall[] = [];
  readonly #provider: Provider;
  readonly #server: SourceServer;
  readonly #faults: ProviderFault[] = [];

  private constructor(provider: Provider, identity: ServerIdentity) {
    this.#provider = provider;
    this.#server = new SourceServer({ [provider.hosts[0] ?? '']: this }, identity);
  }

  /** Port 0 takes a free one. */
  static async start(provider: Provider, port = 0): Promise<ProviderServer> {
    const server = new ProviderServer(provider, await makeServerIdentity([...provider.hosts]));
    await server.#server.listen(port);
    return server;
  }

  get port(): number {
    return this.#server.port;
  }

  get identity(): ServerIdentity {
    return this.#server.identity;
  }

  /** The next request meets it; several meet them one after the other. */
  meet(fault: ProviderFault): void {
    this.#faults.push(fault);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    const fault = this.#faults.shift();
    const reply =
      fault?.kind === 'reply'
        ? fault.reply
        : fault?.kind === 'deaf'
          ? undefined
          : await this.#provider.answer(call);
    const isAnswered = reply !== undefined && fault?.kind !== 'lost';
    this.calls.push({ ...call, status: isAnswered ? reply.status : 0 });
    if (isAnswered) send(response, reply);
    else response.destroy();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

function send(response: ServerResponse, { status, body, headers }: ProviderReply): void {
  const isText = typeof body === 'string' || body === undefined;
  response
    .writeHead(status, { ...(isText ? {} : { 'Content-Type': 'application/json' }), ...headers })
    .end(isText ? body : JSON.stringify(body));
}
