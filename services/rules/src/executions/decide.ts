import { describeError } from '@made-open/bus';
import { fillAction, type FilledAction } from '../actions/fill-action.ts';
import {
  evaluate,
  type Answers,
  type DecidedCondition,
  type PluginCondition,
} from '../definitions/evaluate.ts';
import { isLoop } from '../events/applies-to.ts';
import { factsOf, type IncomingEvent } from '../events/incoming-event.ts';
import type { StoredRule } from '../rules/rule.ts';

/** What a rule makes of an event. */
export type Decision =
  | { readonly state: 'evaluating'; readonly asks: readonly PluginCondition[] }
  | { readonly state: 'not_matched' | 'loop'; readonly reason: Reason }
  | { readonly state: 'failed'; readonly reason: Reason }
  | {
      readonly state: 'pending';
      readonly reason: Reason;
      readonly actions: readonly FilledAction[];
    };

/** Why it came to this. */
export interface Reason {
  readonly conditions: readonly DecidedCondition[];
  readonly error?: { readonly code: string; readonly message: string };
}

type DecidedRule = Pick<StoredRule, 'id' | 'definition'>;

/** Holds a rule against an event; one that cannot be held fails alone and keeps no other back. */
export async function decide(
  rule: DecidedRule,
  event: IncomingEvent,
  answers?: Answers,
): Promise<Decision> {
  try {
    return await decideOrThrow(rule, event, answers);
  } catch (error) {
    const { code, message } = describeError(error);
    return { state: 'failed', reason: { conditions: [], error: { code, message } } };
  }
}

async function decideOrThrow(
  { id, definition }: DecidedRule,
  event: IncomingEvent,
  answers?: Answers,
): Promise<Decision> {
  const evaluation = await evaluate(definition.when, factsOf(event), answers);
  if (evaluation.state === 'asks')
    return isLoop(id, event)
      ? { state: 'loop', reason: { conditions: [] } }
      : { state: 'evaluating', asks: evaluation.asks };
  const reason = { conditions: evaluation.reason };
  if (!evaluation.matches) return { state: 'not_matched', reason };
  if (isLoop(id, event)) return { state: 'loop', reason };
  const actions = definition.then.map((action) => fillAction(action, event));
  return { state: 'pending', reason, actions };
}
