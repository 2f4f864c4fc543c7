import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  ConnectionChangedSchema,
  ConnectionState,
  RunErrorSchema,
  RunKind,
  RunOutcome,
  RunRecordedSchema,
  RunState,
  RunStateSchema,
  type ConnectionChanged,
  type RunRecorded,
} from '@made-open/contracts';
import type { RunStep } from '../src/runs/advance-run.ts';
import type { RunRecord } from '../src/runs/run.ts';
import type { Schedule } from '../src/schedules/schedule.ts';
import type { Subscription } from '../src/subscriptions/subscription.ts';

export const pluginId = 'com.example.a';
export const at = (text: string): Date => new Date(`2026-01-01T${text}Z`);
export const noon = at('12:00:00');

export function aChange(
  change: MessageInitShape<typeof ConnectionChangedSchema> = {},
): ConnectionChanged {
  return create(ConnectionChangedSchema, {
    connectionId: 'c1',
    spaceId: 'default',
    pluginId,
    pluginType: 'connector',
    pluginVersion: '1.0.0',
    state: ConnectionState.ACTIVE,
    generation: 1,
    ...change,
  });
}

export function aSchedule(change: Partial<Schedule> = {}): Schedule {
  return {
    connectionId: 'c1',
    spaceId: 'default',
    pluginId,
    generation: 1,
    announcedAt: noon,
    state: 'active',
    cron: '',
    timeZone: '',
    jitterSeconds: undefined,
    overlap: 'skip',
    catchUp: 'once',
    isOwed: false,
    isHinted: false,
    nextDueAt: at('13:00:00'),
    dueTrigger: 'schedule',
    lastSuccessAt: undefined,
    configRevision: 0,
    failedRevision: undefined,
    budget: undefined,
    bucket: undefined,
    pluginVersion: '1.0.0',
    canary: undefined,
    ...change,
  };
}

export function aSubscription(change: Partial<Subscription> = {}): Subscription {
  return {
    connectionId: 'c1',
    webhook: '',
    spaceId: 'default',
    pluginId,
    wish: 'wanted',
    isVerified: true,
    url: 'https://gateway.example.com/webhooks/c1',
    renewBeforeSeconds: undefined,
    current: undefined,
    call: undefined,
    hasFailed: false,
    error: undefined,
    nextAt: undefined,
    ...change,
  };
}

export function aRun(change: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: '019b0000-0000-7000-8000-000000000001',
    connectionId: 'c1',
    spaceId: 'default',
    pluginId,
    pluginVersion: '1.0.0',
    lane: 'stable',
    kind: RunKind.SYNC,
    trigger: 'schedule',
    state: RunState.QUEUED,
    epoch: 7,
    attempt: 0,
    frame: 0,
    slice: 1,
    retries: 0,
    queuedAt: noon,
    startedAt: undefined,
    finishedAt: undefined,
    wakeAt: at('13:05:00'),
    counts: undefined,
    usage: undefined,
    error: undefined,
    sweepHeld: false,
    isThrottled: false,
    configRevision: 0,
    ...change,
  };
}

export function anEnd(outcome: RunOutcome, code = '', retryAfterMs = 0) {
  const error = code === '' ? undefined : create(RunErrorSchema, { code, message: 'why' });
  return { outcome, error, retryAfterMs, permanent: false };
}

/** What etl records of a run. */
export function aRecord(
  run: Pick<RunRecord, 'runId' | 'connectionId' | 'epoch'> & { readonly pluginVersion?: string },
  what: 'begin' | RunOutcome,
  change: MessageInitShape<typeof RunRecordedSchema> = {},
): RunRecorded {
  const { runId, connectionId, epoch } = run;
  const content =
    what === 'begin'
      ? ({
          case: 'begin',
          value: { pluginVersion: run.pluginVersion ?? '1.0.0', slice: 1 },
        } as const)
      : ({ case: 'end', value: { outcome: what } } as const);
  const base = { runId, connectionId, epoch, attempt: 1, content };
  return create(RunRecordedSchema, { ...base, ...change });
}

export const nameOf = (state: RunState): string => RunStateSchema.value[state]?.localName ?? '';

/** What a step comes to: the state, whether a command goes out, and the news. */
export function outline(step: RunStep | undefined): string {
  if (step === undefined) return 'nothing';
  const { run, isSent, news } = step;
  return [nameOf(run.state), ...(isSent ? ['sent'] : []), ...news].join(' ');
}
