import type { JobStatus } from '../http-manifest.ts';

type StatusMap = Readonly<Record<string, JobStatus>>;

const words: Readonly<Record<string, JobStatus>> = {
  accepted: 'accepted',
  queued: 'queued',
  in_progress: 'in_progress',
  succeeded: 'succeeded',
  success: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  unknown: 'unknown',
};

/**
 * What the provider's word means: exactly that word, else a range that the number is in, else `*`. A word that the map lacks
 * is `unknown`. Without a map our own words count.
 */
export function mapStatus(map: StatusMap | undefined, word: string): JobStatus {
  if (map === undefined) return own(words, word.toLowerCase()) ?? 'unknown';
  return own(map, word) ?? inRange(map, word) ?? own(map, '*') ?? 'unknown';
}

function own(map: StatusMap, word: string): JobStatus | undefined {
  return Object.hasOwn(map, word) ? map[word] : undefined;
}

function inRange(map: StatusMap, word: string): JobStatus | undefined {
  const number = /^-?[0-9]+(?:\.[0-9]+)?$/u.test(word.trim()) ? Number(word) : undefined;
  if (number === undefined) return undefined;
  return Object.entries(map).find(([key]) => isInRange(key, number))?.[1];
}

const range =
  /^(?:(<=|>=|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?)|(-?[0-9]+(?:\.[0-9]+)?)\.\.(-?[0-9]+(?:\.[0-9]+)?))$/u;

function isInRange(key: string, number: number): boolean {
  const [, sign, limit, from, to] = range.exec(key) ?? [];
  if (from !== undefined) return number >= Number(from) && number <= Number(to);
  switch (sign) {
    case '<':
      return number < Number(limit);
    case '<=':
      return number <= Number(limit);
    case '>':
      return number > Number(limit);
    case '>=':
      return number >= Number(limit);
    default:
      return false;
  }
}
