import type { SourceSubscription } from './subscription.ts';

const maxLength = 16_384;
const defaultShare = 1 / 3;
/** However early the manifest wants it: what is renewed all the time is no use. */
const maxShare = 1 / 2;
const jitterShare = 0.1;

export interface ReadOptions {
  readonly url: string;
  readonly renewBeforeSeconds: number | undefined;
  readonly now: Date;
  readonly random: () => number;
}

/** What a plugin returned of `subscribe`; a text says what is wrong with it. */
export function readSourceSubscription(
  json: string,
  { url, renewBeforeSeconds, now, random }: ReadOptions,
): SourceSubscription | string {
  if (json.length > maxLength) return `it is longer than ${String(maxLength)} characters`;
  const value = parsed(json);
  if (value === undefined) return 'it is no object';
  const { id, expiresAt: end } = value;
  if (typeof id !== 'string' || id === '') return 'it has no "id"';
  const base = { json, id, url, renewedAt: now };
  if (end === undefined || end === null)
    return { ...base, expiresAt: undefined, renewAt: undefined };
  const expiresAt = new Date(typeof end === 'string' ? end : Number.NaN);
  if (Number.isNaN(expiresAt.getTime())) return 'its "expiresAt" is no time of RFC 3339';
  if (expiresAt <= now) return 'its "expiresAt" has passed already';
  return { ...base, expiresAt, renewAt: renewalTime(expiresAt, renewBeforeSeconds, now, random) };
}

/** Some time before its end, and by chance a little earlier, so that many are not renewed at one moment. */
function renewalTime(
  expiresAt: Date,
  renewBeforeSeconds: number | undefined,
  now: Date,
  random: () => number,
): Date {
  const lifeMs = expiresAt.getTime() - now.getTime();
  const wantedMs =
    renewBeforeSeconds === undefined ? lifeMs * defaultShare : renewBeforeSeconds * 1000;
  const beforeMs = Math.min(wantedMs, lifeMs * maxShare) * (1 + jitterShare * random());
  return new Date(Math.round(expiresAt.getTime() - beforeMs));
}

function parsed(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}
