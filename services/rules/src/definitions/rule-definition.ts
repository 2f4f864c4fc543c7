import type { JsonValue } from '@bufbuild/protobuf';

/** What a rule waits for, asks and does; its schema is `RuleDefinition` of the contracts. */
export interface RuleDefinition {
  readonly on: readonly string[];
  readonly connections?: readonly string[];
  readonly when: ConditionGroup;
  readonly then: readonly RuleAction[];
  readonly log_all?: boolean;
}

export type ConditionGroup =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

export type Condition = ConditionGroup | Comparison;

export interface Comparison {
  readonly fact: string;
  readonly operator: string;
  readonly value: JsonValue;
  readonly connection?: string;
}

export type RuleAction = SendMessageAction | EmitEventAction | CallWebhookAction | TagEntityAction;

export interface SendMessageAction {
  readonly type: 'send_message';
  readonly connection: string;
  readonly to: string;
  readonly body: string;
  readonly from?: string;
  readonly subject?: string;
  readonly thread_id?: string;
}

export interface EmitEventAction {
  readonly type: 'emit_event';
  readonly name: string;
  readonly payload?: JsonValue;
}

export interface CallWebhookAction {
  readonly type: 'call_webhook';
  readonly endpoint: string;
  readonly payload?: JsonValue;
}

export interface TagEntityAction {
  readonly type: 'tag_entity' | 'untag_entity';
  readonly labels: readonly string[];
}

/** The members of a group, with the name that joins them. */
export function membersOf(group: ConditionGroup): readonly Condition[] {
  if ('all' in group) return group.all;
  return 'any' in group ? group.any : [group.not];
}

export function isComparison(condition: Condition): condition is Comparison {
  return 'fact' in condition;
}

/** All comparisons, however deep, each with its place: `all.0.any.2`. */
export function comparisonsOf(
  condition: Condition,
  place = '',
): { readonly place: string; readonly comparison: Comparison }[] {
  if (isComparison(condition)) return [{ place, comparison: condition }];
  const [name = ''] = Object.keys(condition);
  const under = place === '' ? name : `${place}.${name}`;
  if ('not' in condition) return comparisonsOf(condition.not, under);
  return membersOf(condition).flatMap((member, index) =>
    comparisonsOf(member, `${under}.${String(index)}`),
  );
}
