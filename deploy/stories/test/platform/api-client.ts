import { setTimeout as delay } from 'node:timers/promises';

/** A problem answer of the platform, as RFC 9457 has it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(`${String(status)} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

export interface Page<T> {
  data: T[];
  next_cursor?: string | null;
}

export interface Run {
  id: string;
  state: string;
  counts?: Record<string, number>;
  error?: { code: string; message: string };
  [key: string]: unknown;
}

export interface Entity {
  id: string;
  version: number;
  display_name?: string;
  source: { connection_id: string; external_id: string };
  [key: string]: unknown;
}

/** Calls the platform as curl would, and waits when it asks too much. */
export class ApiClient {
  readonly #base: string;
  readonly #key: string;

  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: unknown; headers: Headers }> {
    const form = body instanceof FormData;
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        ...headers,
        Authorization: `Bearer ${this.#key}`,
        ...(body === undefined || form ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    if (response.status === 429) {
      await delay(Number(response.headers.get('Retry-After')) * 1000);
      return this.request(method, path, body, headers);
    }
    const text = await response.text();
    const value: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new ApiProblem(response.status, value as Record<string, unknown>);
    return { status: response.status, body: value, headers: response.headers };
  }

  async get<T>(path: string): Promise<T> {
    return (await this.request('GET', path)).body as T;
  }

  async post<T>(
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T> {
    return (await this.request('POST', path, body ?? {}, headers)).body as T;
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return (await this.request('PATCH', path, body)).body as T;
  }

  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null | undefined;
    do {
      const query = cursor
        ? `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`
        : '';
      const page = await this.get<Page<T>>(`${path}${query}`);
      items.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor);
    return items;
  }
}
