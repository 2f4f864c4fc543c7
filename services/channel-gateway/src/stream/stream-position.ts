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

/** The streams that clients hear, by the letter that stands before their part of an id; DATA needs none, as ids once were. */
export const logLetters = { DATA: '', COMMUNICATION: 'm', CONNECTOR: 'c', RULES: 'r' } as const;

export type LogName = keyof typeof logLetters;

export const logNames: readonly LogName[] = ['DATA', 'COMMUNICATION', 'CONNECTOR', 'RULES'];

/** How far a client has come in each stream that it hears, or heard before. */
export type StreamPositions = Readonly<Partial<Record<LogName, StreamPosition>>>;

/** The id of an event: `42.3~m17~c5~r2` is behind the third event of message 42 of DATA, and so on. */
export function idOf(positions: StreamPositions): string {
  return logNames
    .map((name) => {
      const position = positions[name];
      if (position === undefined) return '';
      const { after, seen } = position;
      const text = seen === 0 ? String(after) : `${String(after + 1)}.${String(seen)}`;
      return name === 'DATA' ? text : `~${logLetters[name]}${text}`;
    })
    .join('');
}

/** The positions behind an event with this id; undefined when none has such an id. */
export function positionsBehind(id: string): StreamPositions | undefined {
  const [ofData = '', ...others] = id.split('~');
  const data = positionBehind(ofData);
  if ((data === undefined && ofData !== '') || id === '') return undefined;
  const positions: Partial<Record<LogName, StreamPosition>> =
    data === undefined ? {} : { DATA: data };
  for (const part of others) {
    const name = logNames.find((each) => each !== 'DATA' && part.startsWith(logLetters[each]));
    const position = positionBehind(part.slice(1));
    if (name === undefined || position === undefined || positions[name] !== undefined)
      return undefined;
    positions[name] = position;
  }
  return positions;
}
