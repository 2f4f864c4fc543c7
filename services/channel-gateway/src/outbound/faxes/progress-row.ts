import type { JsonValue } from '@bufbuild/protobuf';
import { isFaxState, type FaxProgress } from './fax.ts';
import { pollPlanOf, type PollPlan } from './poll-plan.ts';

/** What was written here before: members that are missing were not known then. */
export function progressOf(value: JsonValue): FaxProgress {
  const row = objectOf(value);
  return {
    pluginVersion: textOf(row['pluginVersion']),
    status: isFaxState(row['status']) ? row['status'] : 'unknown',
    pages: Number(row['pages'] ?? 0),
    canAsk: row['canAsk'] === true,
    canCancel: row['canCancel'] === true,
    plan: planOf(objectOf(row['plan'])),
    asked: Number(row['asked'] ?? 0),
    pollUntil: textOf(row['pollUntil']),
    questionId: textOf(row['questionId']),
    isCancelWanted: row['isCancelWanted'] === true,
    isCancelling: row['isCancelling'] === true,
    isTest: row['isTest'] === true,
  };
}

function planOf(row: Readonly<Record<string, JsonValue | undefined>>): PollPlan {
  const usual = pollPlanOf();
  const of = (name: keyof PollPlan): number => {
    const given = row[name];
    return typeof given === 'number' ? given : usual[name];
  };
  return {
    initialDelayMs: of('initialDelayMs'),
    intervalMs: of('intervalMs'),
    multiplier: of('multiplier'),
    maxIntervalMs: of('maxIntervalMs'),
    maxDurationMs: of('maxDurationMs'),
  };
}

function objectOf(value: JsonValue | undefined): Readonly<Record<string, JsonValue | undefined>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
