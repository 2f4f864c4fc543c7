import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { writeEvents, writeMessage } from '@made-open/bus';
import {
  CanaryRunFailedSchema,
  pluginToken,
  RemapCancelledSchema,
  RemapCompletedSchema,
  RemapFailedSchema,
  RemapStartedSchema,
  routeSubject,
  RunCanarySchema,
  RunKind,
  RunRemapSchema,
  RunSyncSchema,
  SyncCancelledSchema,
  SyncCompletedSchema,
  SyncFailedSchema,
  SyncResumedSchema,
  SyncStartedSchema,
  SyncThrottledSchema,
  versionToken,
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
  const beginBefore = new Date(now.getTime() + takenWithinMs[run.lane]).toISOString();
  const origin = { runId, epoch, connectionId, spaceId, pluginId, slice, trigger, beginBefore };
  const parameters = { plugin: pluginToken(pluginId) };
  if (run.lane === 'canary') {
    const { pluginVersion } = run;
    const canary = { ...parameters, version: versionToken(pluginVersion) };
    return {
      subject: routeSubject(RunCanarySchema, canary),
      payload: writeMessage(RunCanarySchema, { ...origin, hasRequestBudget, pluginVersion }),
    };
  }
  if (kind === RunKind.REMAP)
    return {
      subject: routeSubject(RunRemapSchema, parameters),
      payload: writeMessage(RunRemapSchema, origin),
    };
  return {
    subject: routeSubject(RunSyncSchema, parameters),
    payload: writeMessage(RunSyncSchema, { ...origin, kind, hasRequestBudget }),
  };
}

/** The event that tells others of the run; a remap asks no source, and waits for none. */
export function runEvent(news: RunNews, run: RunRecord, now: Date): OutboxMessage {
  return run.kind === RunKind.REMAP ? remapEvent(news, run, now) : syncEvent(news, run, now);
}

function syncEvent(news: RunNews, run: RunRecord, now: Date): OutboxMessage {
  const { kind, trigger, sweepHeld, pluginVersion } = run;
  const told = { ...originOf(run), kind, pluginVersion };
  switch (news) {
    case 'started':
      return event(SyncStartedSchema, { ...told, trigger }, now);
    case 'completed':
      return event(
        SyncCompletedSchema,
        { ...told, ...countsOf(run), sweepHeld, isCanary: run.lane === 'canary' },
        now,
      );
    case 'throttled':
      return event(
        SyncThrottledSchema,
        { ...originOf(run), ...errorOf(run), resumesAt: run.wakeAt?.toISOString() ?? '' },
        now,
      );
    case 'resumed':
      return event(SyncResumedSchema, originOf(run), now);
    case 'canary failed':
      return event(
        CanaryRunFailedSchema,
        { ...originOf(run), ...errorOf(run), pluginVersion },
        now,
      );
    case 'cancelled':
      return event(SyncCancelledSchema, { ...originOf(run), ...countsOf(run) }, now);
    default:
      return event(SyncFailedSchema, { ...told, ...countsOf(run), ...errorOf(run) }, now);
  }
}

function remapEvent(news: RunNews, run: RunRecord, now: Date): OutboxMessage {
  const told = { ...originOf(run), ...countsOf(run) };
  switch (news) {
    case 'started':
      return event(RemapStartedSchema, { ...originOf(run), trigger: run.trigger }, now);
    case 'completed':
      return event(RemapCompletedSchema, told, now);
    case 'cancelled':
      return event(RemapCancelledSchema, told, now);
    default:
      return event(RemapFailedSchema, { ...told, ...errorOf(run) }, now);
  }
}

function originOf({ runId, connectionId, pluginId, spaceId }: RunRecord) {
  return { runId, connectionId, pluginId, spaceId };
}

function countsOf({ counts }: RunRecord) {
  return counts === undefined ? {} : { counts };
}

function errorOf({ error }: RunRecord) {
  return error === undefined ? {} : { error };
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
