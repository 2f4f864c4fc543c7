import {
  fromJson,
  toJson,
  type DescMessage,
  type JsonValue,
  type MessageShape,
} from '@bufbuild/protobuf';
import { RunCountsSchema, RunErrorSchema, RunState, RunUsageSchema } from '@made-open/contracts';
import type { Insertable, Selectable } from 'kysely';
import { kindOf, type RunRecord } from '../runs/run.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { SchedulerTables } from './tables.ts';

type ScheduleRow = Selectable<SchedulerTables['schedule']>;
type RunRow = Selectable<SchedulerTables['run']>;

const states: readonly RunState[] = [
  RunState.QUEUED,
  RunState.RUNNING,
  RunState.COMPLETED,
  RunState.FAILED,
  RunState.PARKED,
  RunState.CANCELLED,
];

export function scheduleOf(row: ScheduleRow): Schedule {
  return {
    connectionId: row.connection_id,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    generation: Number(row.generation),
    announcedAt: row.announced_at,
    state: row.state,
    cron: row.cron,
    timeZone: row.time_zone,
    nextDueAt: row.next_due_at ?? undefined,
    dueTrigger: row.due_trigger,
    jitterSeconds: row.jitter_seconds ?? undefined,
    overlap: row.overlap,
    catchUp: row.catch_up,
    isOwed: row.is_owed,
    isHinted: row.is_hinted,
    lastSuccessAt: row.last_success_at ?? undefined,
    configRevision: Number(row.config_revision),
    failedRevision: row.failed_revision === null ? undefined : Number(row.failed_revision),
    budget: budgetOf(row),
    bucket: bucketOf(row),
    pluginVersion: row.plugin_version,
    canary: canaryOf(row),
  };
}

function budgetOf({ budget_requests: requests, budget_seconds: perSeconds }: ScheduleRow) {
  return requests === null || perSeconds === null ? undefined : { requests, perSeconds };
}

function canaryOf(row: ScheduleRow): Schedule['canary'] {
  const { canary_version: version, canary_percent: percent, canary_owed: isOwed } = row;
  return version === null || percent === null ? undefined : { version, percent, isOwed };
}

function bucketOf({ bucket_tokens: tokens, bucket_at: at }: ScheduleRow) {
  return tokens === null || at === null ? undefined : { tokens, at };
}

function budgetRow({ budget, bucket }: Pick<Schedule, 'budget' | 'bucket'>) {
  return {
    budget_requests: budget?.requests ?? null,
    budget_seconds: budget?.perSeconds ?? null,
    bucket_tokens: bucket?.tokens ?? null,
    bucket_at: bucket?.at ?? null,
  };
}

function canaryRow({ canary }: Pick<Schedule, 'canary'>) {
  return {
    canary_version: canary?.version ?? null,
    canary_percent: canary?.percent ?? null,
    canary_owed: canary?.isOwed ?? false,
  };
}

export function scheduleRow(schedule: Schedule): Insertable<SchedulerTables['schedule']> {
  return {
    connection_id: schedule.connectionId,
    space_id: schedule.spaceId,
    plugin_id: schedule.pluginId,
    generation: String(schedule.generation),
    announced_at: schedule.announcedAt,
    state: schedule.state,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    next_due_at: schedule.nextDueAt ?? null,
    due_trigger: schedule.dueTrigger,
    jitter_seconds: schedule.jitterSeconds ?? null,
    overlap: schedule.overlap,
    catch_up: schedule.catchUp,
    is_owed: schedule.isOwed,
    is_hinted: schedule.isHinted,
    last_success_at: schedule.lastSuccessAt ?? null,
    config_revision: String(schedule.configRevision),
    failed_revision: schedule.failedRevision?.toString() ?? null,
    ...budgetRow(schedule),
    plugin_version: schedule.pluginVersion,
    ...canaryRow(schedule),
  };
}

export function runOf(row: RunRow): RunRecord {
  return {
    runId: row.id,
    connectionId: row.connection_id,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    pluginVersion: row.plugin_version,
    lane: row.lane,
    trigger: row.trigger,
    kind: kindOf(row.kind),
    state: states.find((state) => state === row.state) ?? RunState.UNSPECIFIED,
    epoch: Number(row.epoch),
    attempt: Number(row.attempt),
    frame: Number(row.frame),
    slice: row.slice,
    retries: row.retries,
    queuedAt: row.queued_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    wakeAt: row.wake_at ?? undefined,
    counts: read(RunCountsSchema, row.counts),
    usage: read(RunUsageSchema, row.usage),
    error: read(RunErrorSchema, row.error),
    sweepHeld: row.sweep_held,
    isThrottled: row.is_throttled,
    configRevision: Number(row.config_revision),
  };
}

export function runRow(run: RunRecord): Insertable<SchedulerTables['run']> {
  return {
    id: run.runId,
    connection_id: run.connectionId,
    space_id: run.spaceId,
    plugin_id: run.pluginId,
    plugin_version: run.pluginVersion,
    lane: run.lane,
    trigger: run.trigger,
    kind: run.kind,
    state: run.state,
    epoch: String(run.epoch),
    attempt: String(run.attempt),
    frame: String(run.frame),
    slice: run.slice,
    retries: run.retries,
    queued_at: run.queuedAt,
    started_at: run.startedAt ?? null,
    finished_at: run.finishedAt ?? null,
    wake_at: run.wakeAt ?? null,
    counts: write(RunCountsSchema, run.counts),
    usage: write(RunUsageSchema, run.usage),
    error: write(RunErrorSchema, run.error),
    sweep_held: run.sweepHeld,
    is_throttled: run.isThrottled,
    config_revision: String(run.configRevision),
  };
}

function read<D extends DescMessage>(schema: D, value: JsonValue): MessageShape<D> | undefined {
  return value === null ? undefined : fromJson(schema, value, { ignoreUnknownFields: true });
}

/** For a column of type json: jsonb refuses NUL, which messages of plugins may hold. */
function write<D extends DescMessage>(
  schema: D,
  message: MessageShape<D> | undefined,
): string | null {
  if (message === undefined) return null;
  return JSON.stringify(toJson(schema, message, { useProtoFieldName: true }));
}
