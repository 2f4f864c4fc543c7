/** Calls one of the platform's HTTP APIs as curl would. */
export class Api {
  readonly #base: string;
  readonly #key: string;

  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  /** The JSON of a good answer; anything else is an error that says what the API said. */
  async call(method: string, path: string, body?: FormData | object): Promise<unknown> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#key}`,
        ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${String(response.status)}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** A field of an answer, when the answer is an object that has it. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** The entries of a page. */
export function entriesOf(page: unknown): readonly unknown[] {
  const data = field(page, 'data');
  return Array.isArray(data) ? data : [];
}
