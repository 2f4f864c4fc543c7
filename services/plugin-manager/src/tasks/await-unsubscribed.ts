import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import type { StepResult } from './task-loop.ts';
import type { Task } from './task.ts';

/** So often it is looked whether a plugin has unsubscribed, about 20 seconds; what is left then runs out by itself. */
const maxLooks = 20;
const lookEveryMs = 1000;

/** The step of waiting until nothing is left at the source, for which the config is needed; undefined when nothing is to be waited for. */
export async function awaitUnsubscribed(
  subscriptions: Pick<Subscriptions, 'list'>,
  { connectionId, cursor }: Pick<Task, 'connectionId' | 'cursor'>,
): Promise<StepResult | undefined> {
  // Counted rather than timed: the plugin has its time also when this service was away meanwhile.
  const looks = Number(cursor);
  if (looks >= maxLooks || !(await isSubscribed(subscriptions, connectionId))) return undefined;
  return { isDone: false, affected: 0, cursor: String(looks + 1), pauseMs: lookEveryMs };
}

/** Where nobody tells, it counts as subscribed. */
export async function isSubscribed(
  subscriptions: Pick<Subscriptions, 'list'>,
  connectionId: string,
): Promise<boolean> {
  try {
    return (await subscriptions.list(connectionId)).length > 0;
  } catch {
    return true;
  }
}
