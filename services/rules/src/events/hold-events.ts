import type { Kysely } from 'kysely';
import { decide, type Decision } from '../executions/decide.ts';
import { concludeExecution, openExecution } from '../executions/write-execution.ts';
import type { StoredRule } from '../rules/rule.ts';
import type { RuleStore } from '../rules/rule-store.ts';
import type { RulesTables } from '../tables.ts';
import { appliesTo } from './applies-to.ts';
import type { IncomingEvent } from './incoming-event.ts';

export interface HoldEventsParts {
  readonly db: Kysely<RulesTables>;
  readonly rules: RuleStore;
  /** There is something to publish or to carry out. */
  readonly onWork: () => void;
}

interface Held {
  readonly rule: StoredRule;
  readonly decision: Decision;
}

/** Holds all rules of an event's space against it; one transaction for each event that has something to write. */
export class HoldEvents {
  readonly #parts: HoldEventsParts;

  constructor(parts: HoldEventsParts) {
    this.#parts = parts;
  }

  async hold(events: readonly IncomingEvent[]): Promise<void> {
    const spaceIds = [...new Set(events.map(({ spaceId }) => spaceId))].filter((id) => id !== '');
    if (spaceIds.length === 0) return;
    const rules = await this.#parts.rules.enabled(spaceIds);
    const notMatched = new Map<string, number>();
    for (const event of events) {
      const applying = rules.filter((rule) => appliesTo(rule, event));
      const held = await Promise.all(
        applying.map(async (rule) => ({ rule, decision: await decide(rule, event) })),
      );
      for (const { rule, decision } of held)
        if (decision.state === 'not_matched')
          notMatched.set(rule.id, (notMatched.get(rule.id) ?? 0) + 1);
      await this.#write(event, held.filter(isKept));
    }
    await this.#parts.rules.countNotMatched(notMatched);
  }

  async #write(event: IncomingEvent, held: readonly Held[]): Promise<void> {
    if (held.length === 0) return;
    await this.#parts.db.transaction().execute(async (trx) => {
      for (const { rule, decision } of held) {
        const execution = await openExecution(trx, rule, event);
        // What plugins have to decide is asked for by the worker, which finds the open execution.
        if (execution === undefined || decision.state === 'evaluating') continue;
        await concludeExecution(trx, execution, decision);
      }
    });
    this.#parts.onWork();
  }
}

/** Of events that do not meet the conditions nothing is kept, unless the rule says so. */
function isKept({ rule, decision }: Held): boolean {
  return decision.state !== 'not_matched' || rule.definition.log_all === true;
}
