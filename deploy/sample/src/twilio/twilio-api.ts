import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Source } from '../source-server.ts';
import { answerCalls } from './call-routes.ts';
import type { TwilioMediaHost } from './media-host.ts';
import { answerMessages } from './message-routes.ts';
import type { TwilioAccount, TwilioCall, TwilioMessage } from './twilio-account.ts';
import { uriOf, version, type ApiCall, type ApiReply } from './twilio-call.ts';
import { broken, notFound, tooMany, TwilioRefusal, unauthenticated } from './twilio-error.ts';

/** One request that was met, by its answer or by none (0). */
export interface SeenTwilioRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What happens to the next requests whose path it takes. */
export interface TwilioFault {
  /**
   * `busy`: 429. `broken`: 500, and nothing is done. `deaf`: the connection ends and nothing is done. `lost`: the request is done and
   * the connection ends without an answer.
   */
  readonly kind: 'busy' | 'broken' | 'deaf' | 'lost';
  readonly retryAfterSeconds?: number;
  /** How many requests meet it; one unless given. */
  readonly times?: number;
  /** Which paths meet it; every one unless given. */
  readonly path?: RegExp;
}

export interface TwilioApiEvents {
  onRequest(seen: SeenTwilioRequest): void;
  onMessage(message: TwilioMessage): void;
  onCall(call: TwilioCall): void;
}

const maxBody = 64 * 1024;

/** Twilio's REST API of 2010-04-01, as far as its documentation describes messages, calls and media of one account. */
export class TwilioApi implements Source {
  readonly requests: SeenTwilioRequest[] = [];
  readonly #account: TwilioAccount;
  readonly #mediaHost: TwilioMediaHost;
  readonly #events: TwilioApiEvents;
  readonly #faults: { fault: TwilioFault; left: number }[] = [];

  constructor(account: TwilioAccount, mediaHost: TwilioMediaHost, events: TwilioApiEvents) {
    this.#account = account;
    this.#mediaHost = mediaHost;
    this.#events = events;
  }

  /** The next requests meet this. */
  meet(fault: TwilioFault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 });
  }

  /** Nothing goes wrong any more. */
  mend(): void {
    this.#faults.length = 0;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readText(request));
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const method = request.method ?? 'GET';
    const fault = this.#meeting(path);
    const reply =
      fault === 'deaf' ? undefined : this.#reply(request, { method, path, form, fault });
    const isAnswered = reply !== undefined && fault !== 'lost';
    const seen = { method, path, status: isAnswered ? reply.status : 0 };
    this.requests.push(seen);
    this.#events.onRequest(seen);
    if (isAnswered) send(response, reply);
    else response.destroy();
    reply?.afterwards?.();
  }

  #reply(
    request: IncomingMessage,
    asked: Pick<ApiCall, 'method' | 'path' | 'form'> & { fault: Met },
  ): ApiReply {
    try {
      if (!this.#account.isOpenedBy(request.headers.authorization)) throw unauthenticated();
      if (asked.fault === 'broken') throw broken();
      if (typeof asked.fault === 'object') throw asked.fault;
      return this.#answer({
        ...asked,
        segments: this.#segments(asked.path),
        account: this.#account,
      });
    } catch (error) {
      if (!(error instanceof TwilioRefusal)) throw error;
      return { status: error.status, body: error.body(), headers: error.headers };
    }
  }

  #answer(call: ApiCall): ApiReply {
    const [resource, , sub] = call.segments;
    if (resource === undefined) return this.#describe(call);
    if (resource === 'Messages' && sub === 'Media') return this.#media(call);
    if (resource === 'Messages')
      return answerMessages(call, (message) => this.#events.onMessage(message));
    if (resource === 'Calls') return answerCalls(call, (placed) => this.#events.onCall(placed));
    throw notFound(call.path);
  }

  #describe({ account }: ApiCall): ApiReply {
    return {
      status: 200,
      body: {
        friendly_name: 'Local account',
        owner_account_sid: account.sid,
        sid: account.sid,
        status: account.status,
        type: 'Full',
        uri: `${uriOf(account)}.json`,
      },
    };
  }

  /** The content is elsewhere, for who asks in time. */
  #media({ segments, account, path }: ApiCall): ApiReply {
    const media = account.media.get(segments[3] ?? '');
    if (media === undefined || media.messageSid !== segments[1]) throw notFound(path);
    return { status: 307, headers: { Location: this.#mediaHost.addressOf(media) } };
  }

  #segments(path: string): string[] {
    const [, found, resource, sid, ...rest] = path.replace(/\.json$/u, '').split('/');
    if (found !== version || resource !== 'Accounts' || sid !== this.#account.sid)
      throw notFound(path);
    return rest;
  }

  #meeting(path: string): Met {
    const met = this.#faults.find(
      ({ fault, left }) => left > 0 && (fault.path?.test(path) ?? true),
    );
    if (met === undefined) return undefined;
    met.left--;
    const { kind, retryAfterSeconds } = met.fault;
    return kind === 'busy' ? tooMany(retryAfterSeconds) : kind;
  }
}

type Met = 'broken' | 'deaf' | 'lost' | TwilioRefusal | undefined;

function send(response: ServerResponse, { status, body, headers }: ApiReply): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response
    .writeHead(status, {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      'Twilio-Concurrent-Requests': '1',
      ...headers,
    })
    .end(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBody) throw new RangeError('the body is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
