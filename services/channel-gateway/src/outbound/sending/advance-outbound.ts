import { uuidv7 } from 'uuidv7';
import type { Connection } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/connection-store.ts';
import { isFax } from '../faxes/fax.ts';
import { advanceFax } from '../faxes/progress/advance-fax.ts';
import type { LinkedFile } from '../media/media-links.ts';
import type { Outbound } from '../outbound.ts';
import type { LockedOutbound, OutboundStore } from '../storage/outbound-store.ts';
import { beginAttempt, expire, postpone, refuse, type Step } from './advance.ts';
import { sendCommand, type Addresses } from './announcements.ts';
import { carryOut } from './carry-out.ts';

export interface SendingParts {
  readonly store: OutboundStore;
  readonly connections: ConnectionStore;
  /** Where a provider may fetch a file, for a while. */
  readonly linkTo: (file: LinkedFile) => Promise<string | undefined>;
  /** Where it may report to a connection. */
  readonly webhookUrlOf: (connection: Connection) => string | undefined;
}

/** Does what is due for a message, call or fax: begins an attempt, or ends one that nobody told the result of. */
export async function advanceOutbound(
  { store, connections, linkTo, webhookUrlOf }: SendingParts,
  id: string,
): Promise<void> {
  const found = await store.find(id);
  if (found === undefined) return;
  // Before its row is locked: neither may wait for what a lock holds.
  const connection = await connections.find(found.connectionId);
  const links = await linksOf(found, linkTo);
  const webhookUrl = connection && webhookUrlOf(connection);
  await store.withOutbound(id, async (locked) => {
    const { outbound, now } = locked;
    if (outbound.wakeAt === undefined || outbound.wakeAt > now) return;
    if (outbound.state === 'sending') await endAttempt(locked, connection);
    else if (outbound.state === 'sent' && isFax(outbound))
      await advanceFax(locked, outbound, connection);
    else if (connection?.state === 'active')
      await startAttempt(locked, connection, {
        urlOf: ({ fileId }) => links.get(fileId),
        webhookUrl,
      });
    else await carryOut(locked, withoutConnection(outbound, connection, now));
  });
}

async function startAttempt(
  locked: LockedOutbound,
  connection: Connection,
  addresses: Addresses,
): Promise<void> {
  const { outbound, now } = locked;
  const step = beginAttempt(outbound, uuidv7(), now);
  const { attempt } = step;
  const command = sendCommand({ outbound, attempt }, connection, addresses);
  await carryOut(locked, step, [command]);
}

async function endAttempt(
  locked: LockedOutbound,
  connection: Connection | undefined,
): Promise<void> {
  const { outbound, attempt, now } = locked;
  if (attempt === undefined) return;
  const step = expire({ outbound, attempt }, { now, isIdempotent: isIdempotent(connection) });
  if (step !== undefined) await carryOut(locked, step);
}

function withoutConnection(
  outbound: Outbound,
  connection: Connection | undefined,
  now: Date,
): Step {
  if (connection === undefined || connection.state === 'deleted')
    return refuse(outbound, { code: 'connection.deleted', message: 'its connection is gone' }, now);
  const message = `its connection was ${connection.state} for a day`;
  return postpone(outbound, { code: 'connection.not_active', message }, now);
}

async function linksOf(
  { spaceId, state, content }: Outbound,
  linkTo: SendingParts['linkTo'],
): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  if (state !== 'queued') return links;
  for (const { fileId } of content.attachments) {
    const link = await linkTo({ spaceId, fileId });
    if (link !== undefined) links.set(fileId, link);
  }
  return links;
}

export function isIdempotent(connection: Connection | undefined): boolean {
  return connection?.channel?.idempotentSends === true;
}
