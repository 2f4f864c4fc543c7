import type { Kysely, Transaction } from 'kysely';
import { matchesSubject } from '../definitions/subject-pattern.ts';
import type { EndpointRow } from '../endpoints/endpoint.ts';
import { addDelivery, type Endpoints } from '../endpoints/endpoints.ts';
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
  readonly endpoints: Pick<Endpoints, 'listening'>;
  /** There is something to publish or to carry out. */
  readonly onWork: () => void;
}

interface Held {
  readonly rule: StoredRule;
  readonly decision: Decision;
}

/** Holds all rules of an event's space against it, and tells the endpoints that wait for it; one transaction for each event that has something to write. */
export class HoldEvents {
  readonly #parts: HoldEventsParts;

  constructor(parts: HoldEventsParts) {
    this.#parts = parts;
  }

  async hold(events: readonly IncomingEvent[]): Promise<void> {
    const spaceIds = [...new Set(events.map(({ spaceId }) => spaceId))].filter((id) => id !== '');
    if (spaceIds.length === 0) return;
    const rules = await this.#parts.rules.enabled(spaceIds);
    const endpoints = await this.#parts.endpoints.listening(spaceIds);
    const notMatched = new Map<string, number>();
    for (const event of events) {
      const held = await heldAgainst(rules, event);
      for (const { rule, decision } of held)
        if (decision.state === 'not_matched')
          notMatched.set(rule.id, (notMatched.get(rule.id) ?? 0) + 1);
      const told = endpoints.filter((endpoint) => isTold(endpoint, event));
      await this.#write(event, held.filter(isKept), told);
    }
    await this.#parts.rules.countNotMatched(notMatched);
  }

  async #write(
    event: IncomingEvent,
    held: readonly Held[],
    told: readonly EndpointRow[],
  ): Promise<void> {
    if (held.length === 0 && told.length === 0) return;
    await this.#parts.db.transaction().execute(async (trx) => {
      for (const { rule, decision } of held) {
        const execution = await openExecution(trx, rule, event);
        // What plugins have to decide is asked for by the worker, which finds the open execution.
        if (execution === undefined || decision.state === 'evaluating') continue;
        await concludeExecution(trx, execution, decision);
      }
      for (const endpoint of told) await tell(trx, endpoint, event);
    });
    this.#parts.onWork();
  }
}

function heldAgainst(rules: readonly StoredRule[], event: IncomingEvent): Promise<Held[]> {
  const applying = rules.filter((rule) => appliesTo(rule, event));
  return Promise.all(applying.map(async (rule) => ({ rule, decision: await decide(rule, event) })));
}

function isTold({ space_id: spaceId, subjects }: EndpointRow, event: IncomingEvent): boolean {
  return spaceId === event.spaceId && subjects.some((one) => matchesSubject(one, event.type));
}

async function tell(
  trx: Transaction<RulesTables>,
  { id: endpointId, space_id: spaceId }: EndpointRow,
  event: IncomingEvent,
): Promise<void> {
  const { id: eventId, type: eventType, time, data } = event;
  const notice = { eventId, eventType, time: time.toISOString(), data };
  await addDelivery(trx, { spaceId, endpointId }, notice);
}

/** Of events that do not meet the conditions nothing is kept, unless the rule says so. */
function isKept({ rule, decision }: Held): boolean {
  return decision.state !== 'not_matched' || rule.definition.log_all === true;
}
