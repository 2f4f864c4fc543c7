import type { Execution, Rule, RuleTrial } from '@made-open/contracts';
import { readDefinition } from './rules.ts';

export function ruleView(rule: Rule): object {
  return {
    id: rule.id,
    space_id: rule.spaceId,
    name: rule.name,
    enabled: rule.enabled,
    version: rule.version,
    definition: readDefinition(rule.definitionJson),
    created_at: rule.createdAt,
    updated_at: rule.updatedAt,
    fired_count: rule.firedCount,
    last_fired_at: rule.lastFiredAt || null,
    not_matched_count: rule.notMatchedCount,
  };
}

export function executionView(execution: Execution): object {
  return {
    id: execution.id,
    rule_id: execution.ruleId,
    rule_version: execution.ruleVersion,
    event_id: execution.eventId,
    event_type: execution.eventType,
    state: execution.state,
    started_at: execution.startedAt,
    ended_at: execution.endedAt || null,
    reason: reasonOf(execution.reasonJson),
    actions: execution.actions.map((action) => ({
      type: action.kind,
      state: action.state,
      tries: action.tries,
      error:
        action.errorCode === '' ? null : { code: action.errorCode, message: action.errorMessage },
      result_id: action.resultId || null,
    })),
  };
}

export function trialView(trial: RuleTrial): object {
  return {
    event_id: trial.eventId,
    event_type: trial.eventType,
    event_time: trial.eventTime,
    matches: trial.matches,
    reason: reasonOf(trial.reasonJson),
    actions: trial.actionsJson.map((json): unknown => JSON.parse(json)),
  };
}

function reasonOf(json: string): unknown {
  return json === '' ? null : JSON.parse(json);
}
