import type { PagePosition } from './page-position.ts';

/** How far a stream has come. */
export interface StreamState {
  /** Where to go on; absent at the beginning of a round. */
  readonly position?: PagePosition | undefined;
  /** Newest record of the rounds before, as its source writes it. */
  readonly since?: string | undefined;
  /** Newest record of this round so far. */
  readonly newest?: string | undefined;
  readonly syncToken?: string | undefined;
  /** Behind its last page; others of the round are not. */
  readonly isDone?: boolean | undefined;
}

/** The checkpoint: a round goes through all streams one after the other. */
export interface SyncState {
  readonly streams: Readonly<Record<string, StreamState>>;
}

/** Of another kind of plugin, or none: a round from the beginning. */
export function readState(saved: unknown): SyncState {
  const streams = field(saved, 'streams');
  if (typeof streams !== 'object' || streams === null) return { streams: {} };
  return {
    streams: Object.fromEntries(
      Object.entries(streams).map(([name, state]) => [name, readStream(state)]),
    ),
  };
}

function readStream(state: unknown): StreamState {
  return {
    position: readPosition(field(state, 'position')),
    since: textAt(state, 'since'),
    newest: textAt(state, 'newest'),
    syncToken: textAt(state, 'syncToken'),
    isDone: field(state, 'isDone') === true,
  };
}

function readPosition(position: unknown): PagePosition | undefined {
  const cursor = textAt(position, 'cursor');
  if (cursor !== undefined) return { cursor };
  const url = textAt(position, 'url');
  if (url !== undefined) return { url };
  const number = field(position, 'number');
  return typeof number === 'number' ? { number } : undefined;
}

function textAt(value: unknown, name: string): string | undefined {
  const text = field(value, name);
  return typeof text === 'string' ? text : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** What the next round begins from; undefined when it begins from nothing. */
export function stateBehindRound({ streams }: SyncState): SyncState | undefined {
  const kept = Object.entries(streams).flatMap(([name, { position, since, syncToken, newest }]) =>
    position === undefined && since === undefined && syncToken === undefined
      ? []
      : [[name, { position, since, syncToken, ...(position === undefined ? {} : { newest }) }]],
  );
  return kept.length === 0 ? undefined : { streams: Object.fromEntries(kept) };
}
