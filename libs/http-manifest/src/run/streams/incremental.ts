import type { Incremental } from '../../http-manifest.ts';
import { isScalar } from '../../response/extract.ts';
import { firstAt } from '../../response/json-path.ts';
import type { StreamState } from './stream-state.ts';

/** What the request asks for only what is new with: a name and a value. */
export function sinceParameter(
  incremental: Incremental | undefined,
  { since, syncToken }: StreamState,
): readonly (readonly [string, string])[] {
  const { request_param: name } = incremental ?? {};
  if (incremental === undefined || name === undefined) return [];
  if (syncToken !== undefined) return [[name, syncToken]];
  return since === undefined ? [] : [[name, asAsked(incremental, since)]];
}

/** The newest of a page and of those before. */
export function newestOf(
  { cursor_field: path }: Incremental,
  records: readonly unknown[],
  before: string | undefined,
): string | undefined {
  if (path === undefined) return before;
  let newest = before;
  for (const record of records) {
    const value = firstAt(path, record);
    if (isScalar(value) && value !== '' && (newest === undefined || isNewer(String(value), newest)))
      newest = String(value);
  }
  return newest;
}

export function syncTokenOf(
  incremental: Incremental | undefined,
  body: unknown,
): string | undefined {
  const token =
    incremental?.sync_token_path === undefined
      ? undefined
      : firstAt(incremental.sync_token_path, body);
  return isScalar(token) && token !== '' ? String(token) : undefined;
}

function asAsked(
  { format = 'raw', lookback_ms: lookback = 0 }: Incremental,
  since: string,
): string {
  const ms = timeOf(since);
  if (ms === undefined || (format === 'raw' && lookback === 0)) return since;
  const from = ms - lookback;
  switch (format) {
    case 'iso8601':
      return new Date(from).toISOString();
    case 'unix_seconds':
      return String(Math.floor(from / 1000));
    case 'unix_ms':
      return String(from);
    default:
      return isNumber(since) ? likeNumber(since, from) : new Date(from).toISOString();
  }
}

/** Seconds stay seconds. */
function likeNumber(since: string, ms: number): string {
  return Math.abs(Number(since)) < leastMs ? String(Math.floor(ms / 1000)) : String(ms);
}

function isNewer(one: string, other: string): boolean {
  const [a, b] = [timeOf(one), timeOf(other)];
  return a === undefined || b === undefined ? one > other : a > b;
}

const leastMs = 100_000_000_000;

function timeOf(text: string): number | undefined {
  if (isNumber(text)) {
    const number = Number(text);
    return Math.abs(number) < leastMs ? number * 1000 : number;
  }
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function isNumber(text: string): boolean {
  return /^-?[0-9]+(?:\.[0-9]+)?$/u.test(text);
}
