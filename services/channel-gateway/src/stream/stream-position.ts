/** How far a client has come: behind a whole message of the stream, or behind some of its events. */
export interface StreamPosition {
  /** The last message of which the client has every event. */
  readonly after: number;
  /** How many events of the next message the client has, too. */
  readonly seen: number;
}

/** The id of an event: `42.3` is the third event of message 42, `42` its last one. */
export function eventId(sequence: number, index: number, count: number): string {
  return index === count - 1 ? String(sequence) : `${String(sequence)}.${String(index + 1)}`;
}

/** The position behind the event with this id, or undefined when no event has such an id. */
export function positionBehind(id: string): StreamPosition | undefined {
  const [, sequence, seen] = /^(\d{1,15})(?:\.(\d{1,6}))?$/u.exec(id) ?? [];
  if (sequence === undefined) return undefined;
  return seen === undefined
    ? { after: Number(sequence), seen: 0 }
    : { after: Math.max(0, Number(sequence) - 1), seen: Number(seen) };
}
