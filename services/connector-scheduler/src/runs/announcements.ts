import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { writeEvents, writeMessage } from '@made-open/bus';
import {
  pluginToken,
  routeSubject,
  RunSyncSchema,
  SyncCompletedSchema,
  SyncFailedSchema,
  SyncStartedSchema,
} from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';
import { takenWithinMs, type RunNews } from './advance-run.ts';
import type { RunRecord } from './run.ts';

/** The command that asks a runner for the run's next slice. */
export function runCommand(
  run: RunRecord,
  { now, hasRequestBudget }: { readonly now: Date; readonly hasRequestBudget: boolean },
): OutboxMessage {
  const { runId, epoch, connectionId, spaceId, pluginId, slice, kind } = run;
  const trigger = slice > 1 ? 'slice' : run.trigger;
  const beginBefore = new Date(now.getTime() + takenWithinMs).toISOString();
  const origin = { runId, epoch, connectionId, spaceId, pluginId };
  const message = { ...origin, slice, trigger, beginBefore, kind, hasRequestBudget };
  return {
    subject: routeSubject(RunSyncSchema, { plugin: pluginToken(pluginId) }),
    payload: writeMessage(RunSyncSchema, message),
  };
}

/** The event that tells others of the run. */
export function runEvent(news: RunNews, run: RunRecord, now: Date): OutboxMessage {
  const { runId, connectionId, pluginId, spaceId, kind, trigger, counts, error, sweepHeld } = run;
  const origin = { runId, connectionId, pluginId, spaceId, kind };
  const counted = counts === undefined ? origin : { ...origin, counts };
  switch (news) {
    case 'started':
      return event(SyncStartedSchema, { ...origin, trigger }, now);
    case 'completed':
      return event(SyncCompletedSchema, { ...counted, sweepHeld }, now);
    default:
      return event(SyncFailedSchema, error === undefined ? counted : { ...counted, error }, now);
  }
}

function event<D extends DescMessage>(
  schema: D,
  message: MessageInitShape<D>,
  time: Date,
): OutboxMessage {
  const subject = routeSubject(schema);
  const attributes = { type: subject, source: 'connector-scheduler' };
  return { subject, payload: writeEvents(schema, attributes, [{ message, time }]) };
}
