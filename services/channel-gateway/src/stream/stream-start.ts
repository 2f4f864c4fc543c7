import type { LogBounds } from './event-log.ts';
import type { LogName, StreamPosition, StreamPositions } from './stream-position.ts';

/** Where a stream begins. */
export interface StreamStart {
  readonly positions: StreamPositions;
  /** Events between the client's position and this one are gone. */
  readonly isBehind: boolean;
}

/** Goes on where the client was; in streams that it never heard, with what comes next. */
export function startOf(
  known: StreamPositions,
  bounds: ReadonlyMap<LogName, LogBounds>,
): StreamStart {
  const positions: Partial<Record<LogName, StreamPosition>> = { ...known };
  let isBehind = false;
  for (const [name, limits] of bounds) {
    const start = startIn(known[name], limits);
    positions[name] = start.position;
    isBehind ||= start.isBehind;
  }
  return { positions, isBehind };
}

/** The oldest event that is kept, of each stream. */
export function beginningOf(names: Iterable<LogName>): StreamPositions {
  return Object.fromEntries([...names].map((name) => [name, { after: 0, seen: 0 }]));
}

function startIn(
  known: StreamPosition | undefined,
  { first, last }: LogBounds,
): { readonly position: StreamPosition; readonly isBehind: boolean } {
  if (known === undefined) return { position: { after: last, seen: 0 }, isBehind: false };
  // Numbers begin anew when the streams were made anew.
  if (known.after + Math.sign(known.seen) > last)
    return { position: { after: last, seen: 0 }, isBehind: true };
  if (known.after < first - 1) return { position: { after: first - 1, seen: 0 }, isBehind: true };
  return { position: known, isBehind: false };
}
