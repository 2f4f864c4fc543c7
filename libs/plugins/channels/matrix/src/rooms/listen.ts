import type { ConnectorDataItem, HostContext } from '@made-open/plugin-sdk';
import { readConfig, type Config } from '../config.ts';
import { Homeserver, part } from '../homeserver/homeserver.ts';
import { MatrixError } from '../homeserver/matrix-error.ts';
import { entries, field, list, text } from '../json.ts';
import { eventsSince, readRoom, timelineTypes, type Reader } from './read-rooms.ts';

/** How long the homeserver keeps a request that has no news. */
const pollMs = 15_000;
/** The next run goes on before this one has emitted all that a run may. */
const maxEvents = 700;
const partSize = 100;
const maxNames = 2000;

interface State {
  /** Where `/sync` goes on. */
  readonly since: string;
  /** Names of rooms: a batch tells only those that changed. */
  readonly names: Readonly<Record<string, string>>;
  /** How many events behind `since` were told already, by room. */
  readonly told?: Readonly<Record<string, number>>;
}

const filter = JSON.stringify({
  presence: { types: [] },
  account_data: { types: [] },
  room: {
    account_data: { types: [] },
    ephemeral: { types: [] },
    state: { types: ['m.room.name'] },
    timeline: { types: timelineTypes, limit: 50 },
  },
});

/** Asks for news until the time of the run is over, or it has told as much as a run may; what was told is never told again. */
export async function* listen(context: HostContext): AsyncGenerator<ConnectorDataItem> {
  const config = readConfig(context.config);
  const homeserver = new Homeserver(context, config);
  const userId = text(await homeserver.get('/account/whoami'), 'user_id') ?? '';
  const ends = Date.now() + config.pollMs;
  let state = stateOf(await context.checkpoint.get());
  let room = maxEvents;
  do {
    const batch = await homeserver.get('/sync', questionOf(state, config));
    const next = nextState(state, batch);
    if (next === undefined) return;
    const reader = { context, homeserver, userId, isHistory: state === undefined };
    room = yield* tell(reader, batch, { state, next, room });
    if (room <= 0) return;
    if (config.joinsInvites) await joinInvites(reader, batch);
    if (next.since !== state?.since) await context.checkpoint.save(next);
    state = next;
  } while (Date.now() < ends && !context.signal.aborted);
}

interface Batch {
  readonly state: State | undefined;
  readonly next: State;
  /** Events that the run may still tell of. */
  readonly room: number;
}

/** Tells of a batch, part by part, with a checkpoint behind each; gives how much the run may still tell. */
async function* tell(
  reader: Reader,
  batch: unknown,
  { state, next, room }: Batch,
): AsyncGenerator<ConnectorDataItem, number> {
  let left = room;
  const told: Record<string, number> = { ...state?.told };
  for (const [roomId, joined] of entries(batch, 'rooms', 'join')) {
    const given = { roomId, room: joined, since: state?.since };
    const events = await eventsSince(reader.homeserver, given);
    for (let from = told[roomId] ?? 0; from < events.length; from += partSize) {
      if (left <= 0) return left;
      const newest = events.slice(from, from + partSize);
      yield* readRoom(reader, { roomId, name: next.names[roomId], events: newest });
      left -= reader.isHistory ? 0 : newest.length;
      told[roomId] = from + newest.length;
      // The same question is asked again from there: what was told of its answer is its beginning.
      if (state !== undefined) await reader.context.checkpoint.save({ ...state, told });
    }
  }
  return left;
}

function questionOf(state: State | undefined, { pollMs: listensMs }: Config) {
  const waits = state !== undefined && listensMs > 0;
  return {
    filter,
    timeout: String(waits ? pollMs : 0),
    ...(state === undefined ? {} : { since: state.since }),
  };
}

async function joinInvites({ context, homeserver }: Reader, batch: unknown): Promise<void> {
  for (const [roomId] of entries(batch, 'rooms', 'invite'))
    try {
      await homeserver.post(`/rooms/${part(roomId)}/join`, {});
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      context.logger.warn('an invitation could not be accepted', { errcode: error.errcode });
    }
}

function nextState(state: State | undefined, batch: unknown): State | undefined {
  const since = text(batch, 'next_batch');
  if (since === undefined) return undefined;
  const names = new Map(Object.entries(state?.names ?? {}));
  for (const [roomId, room] of entries(batch, 'rooms', 'join'))
    for (const event of [...list(room, 'state', 'events'), ...list(room, 'timeline', 'events')]) {
      const name = text(event, 'content', 'name');
      if (text(event, 'type') === 'm.room.name' && name !== undefined) names.set(roomId, name);
    }
  return { since, names: Object.fromEntries([...names].slice(-maxNames)) };
}

function stateOf(saved: unknown): State | undefined {
  const since = text(saved, 'since');
  if (since === undefined) return undefined;
  const names: Record<string, string> = {};
  for (const [roomId, name] of entries(saved, 'names'))
    if (typeof name === 'string') names[roomId] = name;
  const told: Record<string, number> = {};
  for (const [roomId, count] of entries(saved, 'told'))
    if (typeof count === 'number') told[roomId] = count;
  return { since, names, told };
}

/** Throws when the token leads to no account. */
export async function requireAccount(context: HostContext): Promise<void> {
  const answer = await new Homeserver(context, readConfig(context.config)).get('/account/whoami');
  if (field(answer, 'user_id') === undefined) throw new Error('the homeserver names no account');
}
