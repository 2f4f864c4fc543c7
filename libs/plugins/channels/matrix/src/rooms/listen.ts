import type { ConnectorDataItem, HostContext } from '@made-open/plugin-sdk';
import { readConfig, type Config } from '../config.ts';
import { Homeserver, part } from '../homeserver/homeserver.ts';
import { entries, field, list, text } from '../json.ts';
import { eventsSince, readRoom, timelineTypes, type Reader } from './read-rooms.ts';

/** How long the homeserver keeps a request that has no news. */
const pollMs = 15_000;
/** The next run goes on before this one has emitted all that a run may. */
const maxEvents = 700;
const maxNames = 2000;

interface State {
  /** Where `/sync` goes on. */
  readonly since: string;
  /** Names of rooms: a batch tells only those that changed. */
  readonly names: Readonly<Record<string, string>>;
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

/** Asks for news until the time of the run is over; each batch ends with a checkpoint. */
export async function* listen(context: HostContext): AsyncGenerator<ConnectorDataItem> {
  const config = readConfig(context.config);
  const homeserver = new Homeserver(context, config);
  const userId = text(await homeserver.get('/account/whoami'), 'user_id') ?? '';
  const ends = Date.now() + config.pollMs;
  let state = stateOf(await context.checkpoint.get());
  let events = 0;
  do {
    const batch = await homeserver.get('/sync', questionOf(state, config));
    const next = nextState(state, batch);
    const reader = { context, homeserver, userId, isHistory: state === undefined };
    for await (const room of roomsOf(reader, batch, { state, next })) {
      events += room.events.length;
      yield* readRoom(reader, room);
    }
    if (config.joinsInvites) await join(homeserver, batch);
    if (next === undefined) return;
    if (next.since !== state?.since) await context.checkpoint.save(next);
    state = next;
  } while (Date.now() < ends && events < maxEvents && !context.signal.aborted);
}

function questionOf(state: State | undefined, { pollMs: listensMs }: Config) {
  const waits = state !== undefined && listensMs > 0;
  return {
    filter,
    timeout: String(waits ? pollMs : 0),
    ...(state === undefined ? {} : { since: state.since }),
  };
}

async function* roomsOf(
  { homeserver }: Reader,
  batch: unknown,
  { state, next }: { state: State | undefined; next: State | undefined },
) {
  for (const [roomId, room] of entries(batch, 'rooms', 'join')) {
    const events = await eventsSince(homeserver, { roomId, room, since: state?.since });
    yield { roomId, name: next?.names[roomId], events };
  }
}

async function join(homeserver: Homeserver, batch: unknown): Promise<void> {
  for (const [roomId] of entries(batch, 'rooms', 'invite'))
    await homeserver.post(`/rooms/${part(roomId)}/join`, {});
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
  return { since, names };
}

/** Throws when the token leads to no account. */
export async function requireAccount(context: HostContext): Promise<void> {
  const answer = await new Homeserver(context, readConfig(context.config)).get('/account/whoami');
  if (field(answer, 'user_id') === undefined) throw new Error('the homeserver names no account');
}
