const repeatable4xx = new Set([408, 425, 429]);

/** Longer than this a plugin should not sit and wait: uncaught, the error parks the run, which comes back in time. */
const longestWaitMs = 20_000;

/** What the platform refuses, a file that is too large or a message that may be sent already, it refuses each time. */
const refusals = /^((capability|sandbox|host)\.|http\.not_repeated$|files\.(?!busy$|unavailable$))/;

/**
 * Repeats a failed call with doubling pauses. A 4xx other than 408, 425 and 429 is not repeated, nor what the platform
 * itself refuses; `Retry-After` is honoured, and one of more than 20 seconds is thrown at once.
 */
export async function withRetry<T>(
  fn: () => Promise<T>,
  maxAttempts = 3,
  baseDelayMs = 100,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fn();
    } catch (error) {
      const pauseMs = Math.max(
        baseDelayMs * 2 ** (attempt - 1),
        numberOf(error, 'retryAfterMs') ?? 0,
      );
      if (attempt >= maxAttempts || !isRepeatable(error) || pauseMs > longestWaitMs) throw error;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, pauseMs);
      });
    }
  }
}

function isRepeatable(error: unknown): boolean {
  if (refusals.test(codeOf(error))) return false;
  const status = numberOf(error, 'status');
  return status === undefined || status < 400 || status >= 500 || repeatable4xx.has(status);
}

function numberOf(error: unknown, name: string): number | undefined {
  const value = fieldOf(error, name);
  return typeof value === 'number' ? value : undefined;
}

function codeOf(error: unknown): string {
  const value = fieldOf(error, 'code');
  return typeof value === 'string' ? value : '';
}

/** By shape and not by class: the error may be any HTTP library's. */
function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
