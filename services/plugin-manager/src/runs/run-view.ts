import { toJson } from '@bufbuild/protobuf';
import {
  RunCountsSchema,
  RunErrorSchema,
  RunKind,
  RunState,
  RunStateSchema,
  RunUsageSchema,
  type QuarantinedItem,
  type Run,
} from '@made-open/contracts';
import { taskView, type Task } from '../tasks/task.ts';
import { actionFor } from './action-for.ts';
import type { DecidedRun } from './read-runs.ts';
import type { ConnectionLogLine, RunLogLine } from './logs/run-log-store.ts';

const options = { useProtoFieldName: true, alwaysEmitImplicit: true };

/** A run as it is answered to who asked for one. */
export function requestedRunView({
  isOlder,
  ...decided
}: DecidedRun & { readonly isOlder: boolean }): object {
  return { run: runView(decided), already_running: isOlder };
}

/** A run as the API shows it. */
export function runView({ run, sweep }: DecidedRun): object {
  return {
    id: run.runId,
    connection_id: run.connectionId,
    plugin_id: run.pluginId,
    space_id: run.spaceId,
    state: RunStateSchema.value[run.state]?.localName.toLowerCase() ?? 'unknown',
    kind: run.kind === RunKind.REMAP ? 'remap' : 'sync',
    plugin_version: run.pluginVersion || null,
    lane: run.isCanary ? 'canary' : 'stable',
    trigger: run.trigger,
    epoch: run.epoch,
    attempt: run.attempt,
    slice: run.slice,
    ...times(run),
    counts: run.counts === undefined ? null : toJson(RunCountsSchema, run.counts, options),
    usage: run.usage === undefined ? null : toJson(RunUsageSchema, run.usage, options),
    error: errorView(run),
    ...sweepView(run, sweep),
  };
}

/** With what to do, once it has failed: what is tried again by itself asks nothing of anybody. */
function errorView({ error, state }: Run): object | null {
  if (error === undefined) return null;
  const action = state === RunState.FAILED ? actionFor(error) : null;
  return { ...Object(toJson(RunErrorSchema, error, options)), action };
}

function times({ queuedAt, startedAt, finishedAt, resumesAt }: Run): object {
  return {
    queued_at: queuedAt || null,
    started_at: startedAt || null,
    finished_at: finishedAt || null,
    resumes_at: resumesAt || null,
  };
}

/** One that was decided on waits no longer, unless that failed. */
function sweepView({ sweepHeld }: Run, sweep: Task | undefined): object {
  return {
    sweep_held: sweepHeld && (sweep === undefined || sweep.state === 'failed'),
    sweep: sweep === undefined ? null : taskView(sweep),
  };
}

export function quarantineView(item: QuarantinedItem): object {
  return {
    id: item.id,
    connection_id: item.connectionId,
    run_id: item.runId,
    type: item.type,
    external_id: item.externalId,
    reason: item.reason,
    created_at: item.createdAt,
  };
}

/** A line with the id of its run or short call. */
export function connectionLogLineView({ runId, ...line }: ConnectionLogLine): object {
  return { ...logLineView(line), run_id: runId };
}

export function logLineView({ at, level, message, fields }: RunLogLine): object {
  const parsed: unknown = JSON.parse(fields);
  return { at: at.toISOString(), level, message, fields: parsed };
}
