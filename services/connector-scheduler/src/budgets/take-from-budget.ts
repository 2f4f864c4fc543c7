import type { ConnectionStore } from '../connections/connection-store.ts';
import { ForeignConnectionError, UnknownConnectionError } from '../errors.ts';
import { takeRequests } from './request-bucket.ts';

/** Lets a run of a plugin's connection send requests; as many as it wants where there is no budget. */
export function takeFromBudget(
  store: ConnectionStore,
  pluginId: string,
  { connectionId, wanted }: { readonly connectionId: string; readonly wanted: number },
): Promise<{ granted: number; waitMs: number }> {
  return store.withConnection(connectionId, async (connection) => {
    const { schedule, now } = connection;
    if (schedule === undefined) throw new UnknownConnectionError(connectionId);
    if (schedule.pluginId !== pluginId) throw new ForeignConnectionError(connectionId, pluginId);
    if (schedule.budget === undefined) return { granted: wanted, waitMs: 0 };
    const { bucket, ...taken } = takeRequests(schedule.budget, schedule.bucket, wanted, now);
    await connection.saveSchedule({ ...schedule, bucket });
    return taken;
  });
}
