import type { PluginContext } from './types.ts';

/** A required config field as text; throws with its name when it is missing. */
export function requireConfig(context: PluginContext, key: string): string {
  const value = context.config[key];
  if (value === undefined || value === null || value === '')
    throw new Error(`the config field "${key}" is missing; set it on the connection`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Yields the items of every page, following the cursor until a page has none. */
export async function* paginate<T>(
  fetchPage: (cursor?: string) => Promise<{ items: T[]; nextCursor?: string | undefined }>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page: { items: T[]; nextCursor?: string | undefined } = await fetchPage(cursor);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined && cursor !== null && cursor !== '');
}

const repeatable4xx = new Set([408, 425, 429]);

/** Repeats a failed call with doubling pauses; a 4xx other than 408, 425 and 429 is not repeated, `Retry-After` is honoured. */
export async function withRetry<T>(
  fn: () => Promise<T>,
  maxAttempts = 3,
  baseDelayMs = 100,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fn();
    } catch (error) {
      if (attempt >= maxAttempts || !isRepeatable(error)) throw error;
      await new Promise<void>((resolve) => {
        setTimeout(
          resolve,
          Math.max(baseDelayMs * 2 ** (attempt - 1), number(error, 'retryAfterMs') ?? 0),
        );
      });
    }
  }
}

function isRepeatable(error: unknown): boolean {
  const status = number(error, 'status');
  return status === undefined || status < 400 || status >= 500 || repeatable4xx.has(status);
}

function number(error: unknown, name: string): number | undefined {
  const value: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'number' ? value : undefined;
}
