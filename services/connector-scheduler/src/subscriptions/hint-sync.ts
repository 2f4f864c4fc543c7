import type { ConnectionStore } from '../connections/connection-store.ts';
import { hintedSchedule } from '../schedules/schedule.ts';

/** A webhook with a subscription is only a hint: a sync fetches what it spoke of, and whatever it forgot. */
export function hintSync(
  store: ConnectionStore,
  { connectionId, webhook }: { readonly connectionId: string; readonly webhook: string },
): Promise<void> {
  return store.withConnection(connectionId, async (connection) => {
    const { schedule, openRun, now } = connection;
    if (schedule?.state !== 'active') return;
    const subscriptions = await connection.subscriptions();
    if (!subscriptions.some((subscription) => subscription.webhook === webhook)) return;
    await connection.saveSchedule(hintedSchedule(schedule, now, openRun !== undefined));
  });
}
