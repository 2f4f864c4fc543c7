/** Limits of one request with all its redirects; sizes in bytes, times in milliseconds. */
export interface EgressLimits {
  /** Until the headers of one response are there. */
  readonly headersWithinMs: number;
  /** For everything: name server, redirects, body. */
  readonly totalMs: number;
  readonly requestBytes: number;
  /** Of a response as it is sent. */
  readonly wireBytes: number;
  /** Of a response when it is decompressed. */
  readonly bodyBytes: number;
  /** Of a body that is passed on part by part; who takes it has limits of its own. */
  readonly passedBytes: number;
  /** In the place of `totalMs` for such a body. */
  readonly passedWithinMs: number;
}

const mebibyte = 1024 * 1024;

/** However long a request says that it takes. */
const longestMs = 120_000;

/** What a request asks for in the place of the limits: more time, and never more bytes than a body may have at all. */
export function limitsOf(
  { timeoutMs, maxResponseBytes }: Asked,
  limits: EgressLimits,
): EgressLimits {
  const ms = timeoutMs === undefined ? undefined : Math.min(Math.max(timeoutMs, 1), longestMs);
  const bytes =
    maxResponseBytes === undefined
      ? undefined
      : Math.min(Math.max(maxResponseBytes, 1), limits.bodyBytes);
  return {
    ...limits,
    ...(ms === undefined ? {} : { headersWithinMs: ms, totalMs: ms, passedWithinMs: ms }),
    ...(bytes === undefined ? {} : { wireBytes: bytes, bodyBytes: bytes }),
    passedBytes: Math.min(maxResponseBytes ?? Infinity, limits.passedBytes),
  };
}

interface Asked {
  readonly timeoutMs?: number | undefined;
  readonly maxResponseBytes?: number | undefined;
}

export const defaultLimits: EgressLimits = {
  headersWithinMs: 10_000,
  totalMs: 30_000,
  requestBytes: 32 * mebibyte,
  wireBytes: 5 * mebibyte,
  bodyBytes: 10 * mebibyte,
  passedBytes: 1024 * mebibyte,
  passedWithinMs: 55_000,
};
