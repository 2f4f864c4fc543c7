import type { OutboxTable } from '@made-open/postgres';
import type { ColumnType, Generated } from 'kysely';

/** JSON is written as text; what is read has been parsed. */
type Json = ColumnType<unknown, string | null, string | null>;

export type ExecutionState = 'evaluating' | 'pending' | 'done' | 'failed' | 'not_matched' | 'loop';
export type ActionState = 'pending' | 'done' | 'failed';
export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** Tables of the schema of rules. */
export interface RulesTables {
  rule: {
    id: string;
    space_id: string;
    name: string;
    enabled: boolean;
    version: number;
    definition: Json;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
    fired_count: Generated<string>;
    not_matched_count: Generated<string>;
    last_fired_at: Date | null;
  };
  /** What a rule was in each of its versions. */
  rule_version: {
    rule_id: string;
    version: number;
    name: string;
    definition: Json;
    created_at: Generated<Date>;
  };
  connection: {
    connection_id: string;
    space_id: string;
    plugin_id: string;
    generation: string;
    is_active: boolean;
    operators: string[];
    has_budget: boolean;
  };
  execution: {
    id: string;
    rule_id: string;
    space_id: string;
    rule_version: number;
    event_id: string;
    event_type: string;
    state: ExecutionState;
    started_at: Generated<Date>;
    ended_at: Date | null;
    reason: Json;
    caused_by: string[];
    /** As long as it is undecided. */
    event: Json;
    tries: Generated<number>;
    wake_at: Date | null;
  };
  evaluation: {
    /** The invocation's. */
    id: string;
    /** Null of a trial. */
    execution_id: string | null;
    place: string;
    connection_id: string;
    answer: boolean | null;
    error_code: string | null;
    error_message: string | null;
    is_permanent: Generated<boolean>;
    asked_at: Generated<Date>;
  };
  action: {
    execution_id: string;
    index: number;
    kind: string;
    content: Json;
    state: ActionState;
    tries: Generated<number>;
    wake_at: Generated<Date>;
    error_code: string | null;
    error_message: string | null;
    result_id: string | null;
  };
  endpoint: {
    id: string;
    space_id: string;
    name: string;
    url: string;
    subjects: string[];
    enabled: boolean;
    disabled_reason: Generated<string>;
    failing_since: Date | null;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  endpoint_delivery: {
    id: string;
    endpoint_id: string;
    event_id: string;
    event_type: string;
    /** As long as it may be sent. */
    body: string | null;
    state: DeliveryState;
    tries: Generated<number>;
    http_status: Generated<number>;
    error_code: Generated<string>;
    error_message: Generated<string>;
    created_at: Generated<Date>;
    last_try_at: Date | null;
    wake_at: Date | null;
  };
  outbox: OutboxTable;
}
