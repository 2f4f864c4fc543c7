import { ProviderSlotChangedSchema } from '@made-open/contracts';
import { appendOutboxRows } from '@made-open/postgres';
import type { PoolClient } from 'pg';
import { outgoing } from '../outbox.ts';
import { slotChanged, type FileSlot, type Slot, type SlotName } from './provider.ts';

export interface SlotRow {
  space_id: string;
  slot: SlotName;
  plugin_id: string | null;
  connection_id: string | null;
  revision: number;
  note: FileSlot | null;
}

export const slotColumns = 'space_id, slot, plugin_id, connection_id, revision, note';

export function slotOf(row: SlotRow): Slot {
  const { space_id: spaceId, slot, plugin_id: pluginId, connection_id: connectionId } = row;
  const isHeld = pluginId !== null && connectionId !== null;
  const holder = isHeld ? { pluginId, connectionId } : undefined;
  const { revision, note } = row;
  return { spaceId, slot, holder, revision, ...(note === null ? {} : { note }) };
}

/** Announces slots as they are now, in the transaction that changed them. */
export async function announceSlotRows(
  client: PoolClient,
  rows: readonly SlotRow[],
): Promise<void> {
  await appendOutboxRows(
    client,
    rows.map((row) => outgoing(ProviderSlotChangedSchema, slotChanged(slotOf(row)))),
  );
}

/** Nobody has the slots of a connection any more: nobody takes its place by itself. */
export async function vacateSlots(client: PoolClient, connectionId: string): Promise<void> {
  const { rows } = await client.query<SlotRow>(
    `update provider_slot set plugin_id = null, connection_id = null, revision = revision + 1, note = null
     where connection_id = $1 returning ${slotColumns}`,
    [connectionId],
  );
  await announceSlotRows(client, rows);
}

/** Has every slot announced as it is. */
export async function announceEverySlot(client: PoolClient): Promise<number> {
  const { rows } = await client.query<SlotRow>(
    `select ${slotColumns} from provider_slot order by space_id, slot`,
  );
  await announceSlotRows(client, rows);
  return rows.length;
}
