import type { JsonObject } from '@bufbuild/protobuf';
import { InvalidParametersError } from '../../errors.ts';
import { QueryReader } from '../../parameters/query-reader.ts';
import { NotQueuedError, OutboundNotFoundError } from '../errors.ts';
import type { Outbound, ChannelKind } from '../outbound.ts';
import { cancel } from '../sending/advance.ts';
import { isId } from '../sending/begin-sending.ts';
import { carryOut } from '../sending/carry-out.ts';
import type { OutboundStore } from '../storage/outbound-store.ts';
import { outboundParameters } from './outbound-parameters.ts';
import { outboundView } from './outbound-view.ts';

/** Where clients look. */
export interface OutboundPlace {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly kind: ChannelKind;
}

/** Messages and calls of a connection, the newest first. */
export async function listOutbound(
  store: OutboundStore,
  place: OutboundPlace,
  query: object,
): Promise<JsonObject> {
  const reader = new QueryReader(query);
  const limit = reader.read(outboundParameters.limit);
  const before = reader.read(outboundParameters.cursor);
  const state = reader.read(outboundParameters.state);
  reader.check();
  if (before !== '' && !isId(before))
    throw new InvalidParametersError([
      { parameter: 'cursor', detail: outboundParameters.cursor.rule },
    ]);
  const found = await store.list({ ...place, state, before, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    data: page.map(outboundView),
    next_cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

export async function findOutbound(
  store: OutboundStore,
  place: OutboundPlace,
  id: string,
): Promise<Outbound> {
  const found = isId(id) ? await store.find(id) : undefined;
  if (found === undefined || !isAt(found, place)) throw new OutboundNotFoundError(place.kind);
  return found;
}

/** Takes back what is queued; a second time is harmless. */
export async function cancelOutbound(
  store: OutboundStore,
  place: OutboundPlace,
  id: string,
): Promise<Outbound> {
  await findOutbound(store, place, id);
  const outbound = await store.withOutbound(id, async (locked) => {
    const step = cancel(locked.outbound, locked.now);
    if (step !== undefined) await carryOut(locked, step);
    return step?.outbound ?? locked.outbound;
  });
  if (outbound === undefined) throw new OutboundNotFoundError(place.kind);
  if (outbound.state !== 'cancelled') throw new NotQueuedError(outbound.state);
  return outbound;
}

function isAt(outbound: Outbound, { spaceId, connectionId, kind }: OutboundPlace): boolean {
  return (
    outbound.spaceId === spaceId && outbound.connectionId === connectionId && outbound.kind === kind
  );
}
