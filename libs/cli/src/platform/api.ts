import { setTimeout as delay } from 'node:timers/promises';
import { CliError, exitCodes, reasonOf, type ExitCode } from '../errors.ts';
import { exactJson } from './exact-json.ts';
import { answerOf, answersAt, isAnswer, textAt, textsAt, type Answer } from './answer.ts';

/** Where the platform is, and who asks. */
export interface Account {
  readonly url: string;
  readonly key: string;
}

export interface ApiOptions {
  /** Of its paths: `/admin/v1` unless given. */
  readonly root?: string;
  readonly fetch?: typeof fetch | undefined;
  readonly wait?: ((ms: number) => Promise<unknown>) | undefined;
}

type Headers = Readonly<Record<string, string>>;

interface Content {
  readonly body?: object | undefined;
  readonly headers?: Headers;
}

const attempts = 5;
const longestWaitMs = 30_000;
const pageSize = 200;

/** The admin API, or the gateway's, as a command uses it. */
export class Api {
  readonly #account: Account;
  readonly #root: string;
  readonly #fetch: typeof fetch;
  readonly #wait: (ms: number) => Promise<unknown>;

  constructor(
    account: Account,
    { root = '/admin/v1', fetch: send = fetch, wait = delay }: ApiOptions = {},
  ) {
    this.#account = account;
    this.#root = root;
    this.#fetch = send;
    this.#wait = wait;
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await this.#request('GET', path));
  }

  async post(path: string, body: object = {}, headers: Headers = {}): Promise<Answer> {
    return answerOf(parse(await this.#text('POST', path, { body, headers })));
  }

  async patch(path: string, body: object): Promise<Answer> {
    return answerOf(await this.#request('PATCH', path, body));
  }

  async put(path: string, body: object): Promise<Answer> {
    return answerOf(await this.#request('PUT', path, body));
  }

  /** What goes on behind the answer, where something does. */
  async delete(path: string): Promise<Answer | undefined> {
    const answer = await this.#request('DELETE', path);
    return answer === undefined ? undefined : answerOf(answer);
  }

  /** Every entry of a list as it comes, page by page, with numbers to the letter. */
  async *entries(path: string): AsyncGenerator<Answer> {
    let cursor = '';
    do {
      const query = cursor === '' ? '' : new URLSearchParams({ cursor }).toString();
      const page = answerOf(exactJson(await this.#text('GET', withQuery(path, query))));
      yield* answersAt(page, 'data');
      cursor = textAt(page, 'next_cursor');
    } while (cursor !== '');
  }

  /** Entries of a list, over as many pages as it takes. */
  async list(path: string, limit = Infinity): Promise<Answer[]> {
    const entries: Answer[] = [];
    let cursor = '';
    do {
      const wanted = Math.min(limit - entries.length, pageSize);
      const query = new URLSearchParams({
        limit: String(wanted),
        ...(cursor === '' ? {} : { cursor }),
      });
      const page = await this.get(withQuery(path, query.toString()));
      entries.push(...answersAt(page, 'data'));
      cursor = textAt(page, 'next_cursor');
    } while (cursor !== '' && entries.length < limit);
    return entries;
  }

  async #request(method: string, path: string, body?: object): Promise<unknown> {
    return parse(await this.#text(method, path, { body }));
  }

  async #text(method: string, path: string, content: Content = {}): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(method, path, content);
      const waitMs = retryAfterMs(response);
      if (waitMs === undefined || waitMs > longestWaitMs || attempt >= attempts)
        return this.#read(response);
      await response.body?.cancel();
      await this.#wait(waitMs);
    }
  }

  async #send(method: string, path: string, { body, headers }: Content): Promise<Response> {
    const { url, key } = this.#account;
    const isForm = body instanceof FormData;
    try {
      return await this.#fetch(`${url}${this.#root}${path}`, {
        method,
        // A redirect would carry the key to another place.
        redirect: 'error',
        headers: {
          ...headers,
          Authorization: `Bearer ${key}`,
          ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      });
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      throw new CliError(
        'platform.unreachable',
        exitCodes.unavailable,
        `${url} does not answer (${reasonOf(cause ?? error)}): start the platform with npm start, or name another with --url or MADE_OPEN_URL`,
        { cause: error },
      );
    }
  }

  async #read(response: Response): Promise<string> {
    const text = await response.text();
    if (response.ok) return text;
    const value = parse(text);
    throw problem(response.status, isAnswer(value) ? value : {});
  }
}

function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** Only where nothing was done: the platform says when to come again. */
function retryAfterMs({ status, headers }: Response): number | undefined {
  if (status !== 429) return undefined;
  const seconds = Number(headers.get('Retry-After') ?? '1');
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const exitCodeOf: Readonly<Record<number, ExitCode>> = {
  400: exitCodes.data,
  401: exitCodes.forbidden,
  403: exitCodes.forbidden,
  404: exitCodes.notFound,
  409: exitCodes.exists,
  412: exitCodes.exists,
  413: exitCodes.data,
  415: exitCodes.data,
  422: exitCodes.data,
  429: exitCodes.later,
  503: exitCodes.later,
};

function problem(status: number, body: Answer): CliError {
  const detail = textAt(body, 'detail') || `the platform answered with status ${String(status)}`;
  const advice =
    status === 401 ? '; set MADE_OPEN_KEY, or keep a key with `made-open admin-key save`' : '';
  return new CliError(
    textAt(body, 'code') || `http.${String(status)}`,
    exitCodeOf[status] ?? exitCodes.unavailable,
    `${detail}${advice}`,
    { details: textsAt(body, 'errors') },
  );
}
