import { writeEvents } from '@made-open/bus';
import { routeSubject, RuleTriggeredSchema } from '@made-open/contracts';
import { appendOutbox } from '@made-open/postgres';
import { sql, type Transaction } from 'kysely';
import { uuidv7 } from 'uuidv7';
import { eventOf, recordOf, type IncomingEvent } from '../events/incoming-event.ts';
import type { StoredRule } from '../rules/rule.ts';
import type { RulesTables } from '../tables.ts';
import type { Decision } from './decide.ts';

/** An execution in the transaction that writes it. */
export interface OpenExecution {
  readonly id: string;
  readonly rule: StoredRule;
  readonly event: IncomingEvent;
}

type Ended = Exclude<Decision, { readonly state: 'evaluating' }>;

/** Undefined when the rule has met the event before, or is gone meanwhile. */
export async function openExecution(
  trx: Transaction<RulesTables>,
  rule: StoredRule,
  event: IncomingEvent,
): Promise<OpenExecution | undefined> {
  const { rows } = await sql<{ id: string }>`
    insert into execution (id, rule_id, space_id, rule_version, event_id, event_type, state, caused_by, event, wake_at)
    select ${uuidv7()}, id, space_id, ${rule.version}, ${event.id}, ${event.type}, 'evaluating',
      ${[...event.causedBy]}::text[], ${JSON.stringify(storedEvent(event))}, now()
    from rule where id = ${rule.id} for key share
    on conflict (rule_id, event_id) do nothing returning id`.execute(trx);
  const [row] = rows;
  return row === undefined ? undefined : { id: row.id, rule, event };
}

/** Writes what the rule makes of the event: its actions, and the news of them. */
export async function concludeExecution(
  trx: Transaction<RulesTables>,
  execution: OpenExecution,
  decision: Ended,
): Promise<void> {
  const isOpen = decision.state === 'pending';
  await trx
    .updateTable('execution')
    .set({
      state: decision.state,
      reason: JSON.stringify(decision.reason),
      event: null,
      wake_at: null,
      ended_at: isOpen ? null : sql`now()`,
    })
    .where('id', '=', execution.id)
    .execute();
  if (decision.state !== 'pending') return;
  await trx
    .insertInto('action')
    .values(
      decision.actions.map(({ kind, content }, index) => ({
        execution_id: execution.id,
        index,
        kind,
        content: JSON.stringify(content),
        state: 'pending' as const,
      })),
    )
    .execute();
  await trx
    .updateTable('rule')
    .set({ fired_count: sql`fired_count + 1`, last_fired_at: sql`now()` })
    .where('id', '=', execution.rule.id)
    .execute();
  await appendOutbox(trx, [triggered(execution)]);
}

function triggered({ id, rule, event }: OpenExecution) {
  const subject = routeSubject(RuleTriggeredSchema);
  const message = {
    ruleId: rule.id,
    ruleName: rule.name,
    ruleVersion: rule.version,
    spaceId: rule.spaceId,
    eventId: event.id,
    eventType: event.type,
    executionId: id,
    causedBy: [...event.causedBy, rule.id],
  };
  const attributes = { type: subject, source: 'rules' };
  return { subject, payload: writeEvents(RuleTriggeredSchema, attributes, [{ message }]) };
}

function storedEvent({ id, type, time, data }: IncomingEvent): object {
  return { id, type, time: time.toISOString(), data };
}

/** The event of an execution that is still open. */
export function readStoredEvent(stored: unknown): IncomingEvent {
  const { id, type, time, data } = recordOf(stored);
  return eventOf({
    id: String(id),
    type: String(type),
    time: new Date(String(time)),
    data: recordOf(data),
  });
}
