import type { JsonValue } from '@bufbuild/protobuf';
import type { OutboxTable } from '@made-open/postgres';
import type { ColumnType } from 'kysely';
import type { RunLane } from '../runs/lane.ts';
import type { Trigger } from '../runs/run.ts';
import type { Schedule, ScheduleState } from '../schedules/schedule.ts';
import type { SubscriptionWish } from '../subscriptions/subscription.ts';

type Json = ColumnType<JsonValue | null, string | null>;

/** Tables of the scheduler's schema. */
export interface SchedulerTables {
  schedule: {
    connection_id: string;
    space_id: string;
    plugin_id: string;
    generation: string;
    announced_at: Date;
    state: ScheduleState;
    cron: string;
    time_zone: string;
    next_due_at: Date | null;
    due_trigger: Schedule['dueTrigger'];
    last_success_at: Date | null;
    jitter_seconds: number | null;
    overlap: Schedule['overlap'];
    catch_up: Schedule['catchUp'];
    is_owed: boolean;
    is_hinted: boolean;
    budget_requests: number | null;
    budget_seconds: number | null;
    bucket_tokens: number | null;
    bucket_at: Date | null;
    config_revision: string;
    failed_revision: string | null;
    plugin_version: string;
    canary_version: string | null;
    canary_percent: number | null;
    canary_owed: boolean;
  };
  run: {
    id: string;
    connection_id: string;
    space_id: string;
    plugin_id: string;
    plugin_version: string;
    lane: RunLane;
    trigger: Trigger;
    kind: number;
    state: number;
    epoch: string;
    attempt: string;
    frame: string;
    slice: number;
    retries: number;
    queued_at: Date;
    started_at: Date | null;
    finished_at: Date | null;
    wake_at: Date | null;
    counts: Json;
    usage: Json;
    error: Json;
    sweep_held: boolean;
    is_throttled: boolean;
    config_revision: string;
  };
  subscription: {
    connection_id: string;
    webhook: string;
    space_id: string;
    plugin_id: string;
    wish: SubscriptionWish;
    is_verified: boolean;
    url: string;
    renew_before_seconds: number | null;
    current: Json;
    call: Json;
    has_failed: boolean;
    error: Json;
    next_at: Date | null;
  };
  outbox: OutboxTable;
}
