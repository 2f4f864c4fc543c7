import { GraphError } from '../requests/graph-error.ts';

/** Where a delta query goes on. Nobody but the server reads it. */
export interface DeltaState {
  /** Path of the collection: a token is of use nowhere else. */
  readonly feed: string;
  /** Which life of the mailbox it belongs to. */
  readonly life: string;
  /** The asker has seen everything up to here. */
  readonly since: number;
  /** Within a round: what was sent already, and where the round ends. */
  readonly round?: { readonly after: number; readonly until: number } | undefined;
  /** Query options of the first request. */
  readonly select?: readonly string[] | undefined;
  readonly pageSize?: number | undefined;
  readonly filter?: string | undefined;
  readonly window?: { readonly start: string; readonly end: string } | undefined;
}

export function writeToken(state: DeltaState): string {
  return Buffer.from(JSON.stringify(state)).toString('base64url');
}

/** Throws what Graph answers to a token that was tampered with or belongs to another collection. */
export function readToken(token: string, feed: string): DeltaState {
  try {
    const state: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (isDeltaState(state) && state.feed === feed) return state;
  } catch {
    // It is not one of ours.
  }
  throw new GraphError(
    400,
    'BadRequest',
    "Badly formed token. The value of the parameter '$deltatoken' or '$skiptoken' is not valid.",
  );
}

function isDeltaState(value: unknown): value is DeltaState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'feed' in value &&
    'life' in value &&
    'since' in value &&
    typeof value.since === 'number'
  );
}
