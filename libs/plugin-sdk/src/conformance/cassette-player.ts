import { CassetteError, isRecord, type Cassette, type Exchange } from './cassette.ts';

/** What goes wrong on the way, in the order in which it is tried. */
export const faultKinds = [
  'too_many_requests',
  'server_error',
  'reset',
  'slow',
  'truncated',
  'duplicate_pages',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A fault of one request, counted from 0; `duplicate_pages` is one of all. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
}

/** The connection ended before the answer did. */
export class ResetError extends Error {
  override readonly name = 'ResetError';
  readonly code = 'egress.connection';
  readonly retry = 'later';

  constructor() {
    super('the connection was reset');
  }
}

const slowMs = 300;
const busy = { status: 429, headers: { 'retry-after': '0' }, body: '' };
const broken = { status: 500, headers: {}, body: 'internal error' };
/** A plugin that follows its own tail asks more often than this for each exchange. */
const requestsPerExchange = 20;

export interface PlayedRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: string | undefined;
}

/** Answers as the source once did, with one fault if wanted. */
export class CassettePlayer {
  readonly #exchanges: readonly Exchange[];
  readonly #fault: Fault | undefined;
  /** Takes secrets of the config out of a request, as they were taken out when it was recorded. */
  readonly #redact: (text: string) => string;
  readonly #played = new Map<string, number>();
  requests = 0;

  constructor(
    { exchanges }: Cassette,
    { fault, redact = unchanged }: { fault?: Fault | undefined; redact?: (text: string) => string },
  ) {
    this.#exchanges = fault?.kind === 'duplicate_pages' ? exchanges.map(repeated) : exchanges;
    this.#fault = fault;
    this.#redact = redact;
  }

  async play(request: PlayedRequest): Promise<Exchange['response']> {
    const number = this.requests++;
    if (number >= this.#exchanges.length * requestsPerExchange)
      throw new CassetteError(
        `more than ${String(number)} requests where ${String(this.#exchanges.length)} were recorded: the plugin goes round in circles`,
      );
    const kind = this.#fault?.at === number ? this.#fault.kind : undefined;
    if (kind === 'too_many_requests') return busy;
    if (kind === 'server_error') return broken;
    if (kind === 'reset') throw new ResetError();
    const { response } = this.#find(request);
    if (kind === 'slow') await new Promise((resolve) => setTimeout(resolve, slowMs));
    if (kind !== 'truncated') return response;
    return { ...response, body: response.body.slice(0, Math.floor(response.body.length / 2)) };
  }

  /** The next answer that was recorded for this request; the last of them for as often as it is asked again. */
  #find(request: PlayedRequest): Exchange {
    const key = keyOf(request, this.#redact);
    const all = this.#exchanges.filter((each) => keyOf(each.request, unchanged) === key);
    const index = this.#played.get(key) ?? 0;
    this.#played.set(key, index + 1);
    const found = all[Math.min(index, all.length - 1)];
    if (found !== undefined) return found;
    throw new CassetteError(
      `the cassette has no answer to ${request.method} ${this.#redact(request.url)}; record it again`,
    );
  }
}

const unchanged = (text: string): string => text;

function keyOf({ method, url, body = '' }: PlayedRequest, redact: (text: string) => string) {
  return redact(`${method} ${url}\n${body}`);
}

/** A page that begins with what the page before it held, as sources send it when rows move between pages. */
function repeated(exchange: Exchange, index: number, all: readonly Exchange[]): Exchange {
  const before = all[index - 1];
  const [page, earlier] = [json(exchange), before === undefined ? undefined : json(before)];
  if (Array.isArray(page) && Array.isArray(earlier))
    return withBody(exchange, [...earlier, ...page]);
  if (!isRecord(page) || !isRecord(earlier)) return exchange;
  const name = Object.keys(page).find(
    (each) => Array.isArray(page[each]) && Array.isArray(earlier[each]),
  );
  if (name === undefined) return exchange;
  return withBody(exchange, { ...page, [name]: [...list(earlier[name]), ...list(page[name])] });
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function withBody(exchange: Exchange, body: unknown): Exchange {
  return { ...exchange, response: { ...exchange.response, body: JSON.stringify(body) } };
}

function json({ response }: Exchange): unknown {
  try {
    return JSON.parse(response.body);
  } catch {
    return undefined;
  }
}
