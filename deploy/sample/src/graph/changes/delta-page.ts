import type { Change, ChangeFeed, GraphEntity } from './change-feed.ts';
import { readToken, writeToken, type DeltaState } from './delta-token.ts';
import { GraphError, notAnswered } from '../requests/graph-error.ts';
import { clampPage, readQuery, selected } from '../requests/graph-query.ts';
import type { Mailbox } from '../mailbox/mailbox.ts';

export interface DeltaRequest {
  readonly mailbox: Mailbox;
  readonly feed: ChangeFeed;
  /** Path of the collection, without `/delta`. */
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly maxPageSize: number | undefined;
  readonly kind: 'outlook' | 'calendarView' | 'drive';
  /** How an entity is shown. */
  readonly show: (entity: GraphEntity) => Record<string, unknown>;
}

export interface DeltaPage {
  readonly value: readonly object[];
  /** `next` while the round goes on, `delta` when it is over. */
  readonly link: 'next' | 'delta';
  readonly token: string;
}

const usualPage = { outlook: 10, calendarView: 10, drive: 200 } as const;

/** One page of a delta query: what changed since the token, oldest change first. */
export function deltaPage(request: DeltaRequest): DeltaPage {
  const { feed, mailbox, kind, maxPageSize } = request;
  const state = stateOf(request);
  const until = state.round?.until ?? feed.last;
  const after = state.round?.after ?? state.since;
  const changes = feed.changes({ since: state.since, after, until });
  const size = clampPage(maxPageSize ?? state.pageSize ?? usualPage[kind]);
  const page = changes.slice(0, size);
  const value = page.flatMap((change) => shown(change, state, request));
  const last = page.at(-1);
  const { life } = mailbox;
  if (last !== undefined && changes.length > size) {
    const round = { after: last.at, until };
    return { value, link: 'next', token: writeToken({ ...state, life, round }) };
  }
  const token = writeToken({ ...state, life, since: until, round: undefined });
  return { value, link: 'delta', token };
}

function stateOf(request: DeltaRequest): DeltaState {
  const { mailbox, feed, path, parameters, kind } = request;
  const token = tokenOf(parameters);
  if (token === undefined) return firstState(request);
  if (token === 'latest' && kind === 'drive') return { ...firstState(request), since: feed.last };
  const state = readToken(token, path);
  if (!mailbox.isAlive(state.life) || state.since > feed.last) throw expired(kind, path);
  return state;
}

function tokenOf(parameters: URLSearchParams): string | undefined {
  const names = new Set(['$deltatoken', '$skiptoken', 'token']);
  const token = [...parameters].find(([name]) => names.has(name.toLowerCase()))?.[1];
  return token === '' ? undefined : token;
}

function firstState({ mailbox, path, parameters, kind }: DeltaRequest): DeltaState {
  const { select, top, filter } = readQuery(parameters);
  if (filter !== undefined && receivedSince(filter) === undefined)
    throw notAnswered(`the filter "${filter}" of a delta query`);
  const start = { feed: path, life: mailbox.life, since: 0, select, pageSize: top, filter };
  if (kind !== 'calendarView') return start;
  if (select !== undefined)
    throw new GraphError(
      400,
      'ErrorInvalidUrlQuery',
      "The following parameters are not supported with change tracking over the 'CalendarView' resource: '$select'.",
    );
  return { ...start, window: windowOf(parameters) };
}

/** `startDateTime` and `endDateTime` of a calendar view. */
export function windowOf(parameters: URLSearchParams): { start: string; end: string } {
  const options = new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value]));
  const [start, end] = ['startdatetime', 'enddatetime'].map((name) => options.get(name) ?? '');
  for (const text of [start, end])
    if (text === undefined || Number.isNaN(Date.parse(text)))
      throw new GraphError(
        400,
        'ErrorInvalidParameter',
        "This request requires a time window specified by the query string parameters 'startDateTime' and 'endDateTime'.",
      );
  return { start: start ?? '', end: end ?? '' };
}

function shown(
  { entity, isDeleted, changed }: Change,
  { select, window, filter }: DeltaState,
  { kind, show }: DeltaRequest,
): object[] {
  if (kind === 'drive')
    return [isDeleted ? deletedDriveItem(entity) : selected(show(entity), select)];
  const isOutside =
    (window !== undefined && !isWithin(entity, window)) ||
    (filter !== undefined && !isReceivedSince(entity, filter));
  // Also told of what changed outside the window, as the documentation of event: delta has it.
  if (isDeleted || isOutside) return [{ '@removed': { reason: 'deleted' }, id: entity.id }];
  return [changedOnly(selected(show(entity), select), changed)];
}

/** A message whose read state alone has changed is sent with nothing else. */
function changedOnly(
  entity: Record<string, unknown>,
  changed: readonly string[] | undefined,
): object {
  if (changed === undefined) return entity;
  const kept = new Set(['id', ...changed]);
  return Object.fromEntries(
    Object.entries(entity).filter(([name]) => name.startsWith('@') || kept.has(name)),
  );
}

function deletedDriveItem(entity: GraphEntity): object {
  const facets = ['name', 'file', 'folder', 'parentReference'];
  const kept = Object.entries(entity).filter(([name]) => facets.includes(name));
  return { id: entity.id, ...Object.fromEntries(kept), deleted: { state: 'deleted' } };
}

/** Whether an event overlaps a calendar view. The master of a series is there when one of its occurrences is. */
export function isWithin(entity: GraphEntity, window: { start: string; end: string }): boolean {
  const [start, end] = ['start', 'end'].map((name) => timeOf(entity[name]));
  if (entity['type'] === 'seriesMaster') return (start ?? 0) < Date.parse(window.end);
  return (start ?? 0) < Date.parse(window.end) && (end ?? 0) > Date.parse(window.start);
}

function timeOf(value: unknown): number {
  const text =
    typeof value === 'object' && value !== null && 'dateTime' in value ? value.dateTime : undefined;
  return typeof text === 'string' ? Date.parse(`${text.slice(0, 23)}Z`) : Number.NaN;
}

function receivedSince(filter: string): { operator: string; time: number } | undefined {
  const match = /^\s*receivedDateTime\s+(ge|gt)\s+(\S+)\s*$/u.exec(filter);
  const time = Date.parse(match?.[2] ?? '');
  return match === null || Number.isNaN(time) ? undefined : { operator: match[1] ?? '', time };
}

function isReceivedSince(entity: GraphEntity, filter: string): boolean {
  const since = receivedSince(filter);
  const time = Date.parse(String(entity['receivedDateTime']));
  if (since === undefined) return true;
  return since.operator === 'ge' ? time >= since.time : time > since.time;
}

function expired(kind: DeltaRequest['kind'], path: string): GraphError {
  if (kind !== 'drive')
    return new GraphError(
      410,
      'SyncStateNotFound',
      'The sync state generation is not found; the delta token has expired and data must be synchronized again.',
    );
  return new GraphError(410, 'resyncRequired', 'Resync required. Replace any local items.', {
    headers: { Location: `https://graph.microsoft.com/v1.0${path}/delta?token=` },
    inner: { code: 'resyncChangesApplyDifferences' },
  });
}
