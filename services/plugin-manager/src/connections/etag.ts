import { RequestError } from '../errors.ts';
import type { Connection } from './connection.ts';

/** Names the state of a connection; it changes with every change of it or of its plugin. */
export function etagOf({ generation }: Connection): string {
  return `"${String(generation)}"`;
}

/** The generation, or revision, that an If-Match stands on; undefined when any will do. */
export function expectedGeneration(
  ifMatch: string | undefined,
  of: 'connection' | 'scaling' | 'rule' | 'provider' = 'connection',
): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const generation = /^"(\d{1,9})"$/u.exec(ifMatch.trim())?.[1];
  if (generation === undefined)
    throw new RequestError(
      `${of}.if_match`,
      412,
      `If-Match must be one ETag of this ${of}, as it came with it`,
    );
  return Number(generation);
}
