import { caughtUpSchedule } from '../schedules/schedule.ts';
import type { ConnectionStore } from './connection-store.ts';

const pageSize = 200;

/** At the start: what should have been synced while nobody was there is due at once, one run for all that was missed. */
export async function catchUp(store: ConnectionStore): Promise<void> {
  for (let page = await store.active('', pageSize); page.length > 0;) {
    for (const connectionId of page) await catchUpOne(store, connectionId);
    page = await store.active(page.at(-1) ?? '', pageSize);
  }
}

function catchUpOne(store: ConnectionStore, connectionId: string): Promise<void> {
  return store.withConnection(connectionId, async (connection) => {
    const { schedule, openRun, now } = connection;
    if (schedule === undefined || openRun !== undefined) return;
    const due = caughtUpSchedule(schedule, now);
    if (due !== undefined) await connection.saveSchedule(due);
  });
}
