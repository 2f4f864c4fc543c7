/** One request and what was answered, as `made-open record` writes them. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly body?: string | undefined;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/** What a source answered once, to be answered again without it. */
export interface Cassette {
  readonly version: 1;
  readonly exchanges: readonly Exchange[];
}

/** A cassette that cannot be used, or that does not hold what was asked for. */
export class CassetteError extends Error {
  override readonly name = 'CassetteError';
  readonly code = 'conformance.cassette';
  readonly retry = 'never';
}

/** Reads the text of a cassette; throws CassetteError. */
export function readCassette(text: string): Cassette {
  const value = parse(text);
  const exchanges: unknown = isRecord(value) && value['version'] === 1 ? value['exchanges'] : null;
  if (!Array.isArray(exchanges) || exchanges.length === 0)
    throw new CassetteError(
      'it is not a cassette of version 1 with at least one exchange; make one with made-open record',
    );
  return { version: 1, exchanges: exchanges.map(readExchange) };
}

function readExchange(value: unknown, index: number): Exchange {
  const { request, response } = isRecord(value) ? value : {};
  if (!isRecord(request) || !isRecord(response)) throw broken(index);
  const { method, url, body } = request;
  const { status, headers, body: answer } = response;
  if (typeof method !== 'string' || typeof url !== 'string') throw broken(index);
  if (typeof status !== 'number' || typeof answer !== 'string' || !isRecord(headers))
    throw broken(index);
  return {
    request: { method, url, ...(typeof body === 'string' ? { body } : {}) },
    response: { status, headers: texts(headers), body: answer },
  };
}

function broken(index: number): CassetteError {
  return new CassetteError(
    `exchanges[${String(index)}] must have request {method, url} and response {status, headers, body}`,
  );
}

function texts(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CassetteError('it is not JSON', { cause: error });
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
