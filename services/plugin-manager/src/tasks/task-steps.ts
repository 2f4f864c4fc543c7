import type { ChangeConnection } from '../connections/change-connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { RunSource } from '../runs/run-source.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import { awaitUnsubscribed } from './await-unsubscribed.ts';
import type { StepResult, TaskSteps } from './task-loop.ts';
import type { Task } from './task.ts';

interface StepParts {
  readonly connections: ConnectionStore;
  readonly changes: ChangeConnection;
  readonly subscriptions: Pick<Subscriptions, 'list'>;
}

/** How each kind of task goes on. */
export function taskSteps(
  source: RunSource,
  { connections, changes, subscriptions }: StepParts,
): TaskSteps {
  return {
    sweep: (task) => decided(source, task, true),
    keep: (task) => decided(source, task, false),
    replay: async ({ connectionId, ids, cursor }) => {
      const { replayed, refused, next } = await source.replay(connectionId, { ids, cursor });
      return { isDone: next === undefined, affected: replayed, refused, cursor: next ?? '' };
    },
    delete: async ({ connectionId, cursor }) => {
      const plugged = await connections.find(connectionId);
      if (plugged === undefined) return eraseKept(source, connections, connectionId);
      const { isDeleting, generation } = plugged.connection;
      if (!isDeleting) return markDeleting(changes, connectionId);
      const { isDone, erased } = await source.erase(connectionId, generation);
      if (!isDone) return { isDone, affected: erased };
      const waiting = await awaitUnsubscribed(subscriptions, { connectionId, cursor });
      if (waiting !== undefined) return { ...waiting, affected: erased };
      // Last, so that whatever ends before can be tried again.
      await changes.remove(connectionId, { isDataKept: false });
      return { isDone, affected: erased };
    },
    remove: async ({ connectionId, cursor }) => {
      const plugged = await connections.find(connectionId);
      if (plugged === undefined) return { isDone: true, affected: 0 };
      if (!plugged.connection.isDeleting) return markDeleting(changes, connectionId);
      const waiting = await awaitUnsubscribed(subscriptions, { connectionId, cursor });
      if (waiting !== undefined) return waiting;
      await changes.remove(connectionId, { isDataKept: true });
      return { isDone: true, affected: 0 };
    },
  };
}

async function markDeleting(changes: ChangeConnection, connectionId: string): Promise<StepResult> {
  await changes.markDeleting(connectionId);
  return { isDone: false, affected: 0 };
}

/** What a connection brought that was deleted without it. */
async function eraseKept(
  source: RunSource,
  connections: ConnectionStore,
  connectionId: string,
): Promise<StepResult> {
  const kept = await connections.findDeleted(connectionId);
  if (kept === undefined) return { isDone: true, affected: 0 };
  const { isDone, erased } = await source.erase(connectionId, kept.generation);
  if (isDone) await connections.forget(connectionId);
  return { isDone, affected: erased };
}

/** etl answers a decision that it has carried out as it did then, whatever has been held since. */
async function decided(
  source: RunSource,
  { connectionId, runId = '' }: Task,
  carryOut: boolean,
): Promise<StepResult> {
  return { isDone: true, affected: await source.resolveSweep(connectionId, { runId, carryOut }) };
}
