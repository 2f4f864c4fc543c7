import type { JsonObject } from '@bufbuild/protobuf';
import { InvalidParametersError } from '../../../errors.ts';
import { QueryReader } from '../../../parameters/query-reader.ts';
import { isId } from '../../sending/begin-sending.ts';
import { carryOut } from '../../sending/carry-out.ts';
import type { OutboundStore } from '../../storage/outbound-store.ts';
import { FaxNotFoundError, NotCancellableError } from '../errors.ts';
import { isFax, type Fax } from '../fax.ts';
import { cancelFax } from '../progress/cancel-fax.ts';
import { faxParameters } from './fax-parameters.ts';
import { faxView } from './fax-view.ts';

/** Faxes of a space, the newest first. */
export async function listFaxes(
  store: OutboundStore,
  spaceId: string,
  query: object,
): Promise<JsonObject> {
  const reader = new QueryReader(query);
  const limit = reader.read(faxParameters.limit);
  const before = reader.read(faxParameters.cursor);
  const state = reader.read(faxParameters.state);
  const connectionId = reader.read(faxParameters.connection);
  reader.check();
  if (before !== '' && !isId(before))
    throw new InvalidParametersError([{ parameter: 'cursor', detail: faxParameters.cursor.rule }]);
  const found = await store.listFaxes({ spaceId, connectionId, state, before, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    data: page.map(faxView),
    next_cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

export async function findFax(store: OutboundStore, spaceId: string, id: string): Promise<Fax> {
  const found = isId(id) ? await store.find(id) : undefined;
  if (found?.spaceId !== spaceId || !isFax(found)) throw new FaxNotFoundError();
  return found;
}

/** Cancels what is queued at once; of what the provider has, it is asked. A second time is harmless. */
export async function cancelFaxOf(
  store: OutboundStore,
  spaceId: string,
  id: string,
): Promise<{ readonly fax: Fax; readonly isDone: boolean }> {
  await findFax(store, spaceId, id);
  const cancelled = await store.withOutbound(id, async (locked) => {
    const { outbound, now } = locked;
    if (!isFax(outbound)) throw new FaxNotFoundError();
    const cancelling = cancelFax(outbound, now);
    if (cancelling.next === 'impossible') throw new NotCancellableError(cancelling.reason);
    const { step, next } = cancelling;
    if (step !== undefined) await carryOut(locked, step);
    const after = step?.outbound ?? outbound;
    return { fax: isFax(after) ? after : outbound, isDone: next === 'done' };
  });
  if (cancelled === undefined) throw new FaxNotFoundError();
  return cancelled;
}
