import type { Bus } from '@made-open/bus';
import type { OutboxMessage } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { Connections } from '../connections/connections.ts';
import type { PluginCondition } from '../definitions/evaluate.ts';
import { pluginOperatorOf } from '../definitions/plugin-operator.ts';
import { RulesError } from '../errors.ts';
import { invokeOperator, type OperatorCall } from '../evaluations/invoke-operator.ts';
import { factsOf, type IncomingEvent } from '../events/incoming-event.ts';
import type { RulesTables } from '../tables.ts';

/** A condition of a trial that a plugin has to decide. */
export interface Question {
  readonly spaceId: string;
  readonly event: IncomingEvent;
  readonly ask: PluginCondition;
}

/** What became of it. */
export type Reply =
  { readonly answer: boolean } | { readonly code: string; readonly message: string };

const lookEveryMs = 200;

/** Asks plugins outside any execution, and waits for what they say. */
export class AskPlugins {
  readonly #db: Kysely<RulesTables>;
  readonly #bus: Pick<Bus, 'publishRaw'>;
  readonly #connections: Connections;

  constructor(db: Kysely<RulesTables>, bus: Pick<Bus, 'publishRaw'>, connections: Connections) {
    this.#db = db;
    this.#bus = bus;
    this.#connections = connections;
  }

  /** One reply for each question, in their order, by the deadline. */
  async ask(questions: readonly Question[], deadline: Date): Promise<Reply[]> {
    const asked = await Promise.all(questions.map((question) => this.#send(question, deadline)));
    const ids = asked.filter((id) => typeof id === 'string');
    try {
      const replies = await this.#wait(ids, deadline);
      return asked.map((one, index) =>
        typeof one === 'string' ? (replies.get(one) ?? lateOf(questions[index])) : one,
      );
    } finally {
      if (ids.length > 0) await this.#db.deleteFrom('evaluation').where('id', 'in', ids).execute();
    }
  }

  async #send({ spaceId, event, ask }: Question, endBefore: Date): Promise<string | Reply> {
    const { comparison } = ask;
    const operator = pluginOperatorOf(comparison.operator);
    if (operator === undefined) throw new TypeError(`${comparison.operator} is of no plugin`);
    const connection = await this.#connections.toAsk(spaceId, operator, comparison.connection);
    if ('fault' in connection) return { code: 'rules.no_connection', message: connection.fault };
    const invocationId = uuidv7();
    const command = commandOf({
      invocationId,
      connection,
      spaceId,
      operator,
      comparison,
      facts: factsOf(event),
      attempt: 1,
      endBefore,
    });
    if ('code' in command) return command;
    await this.#db
      .insertInto('evaluation')
      .values({ id: invocationId, place: ask.place, connection_id: connection.connectionId })
      .execute();
    await this.#bus.publishRaw(command.subject, command.payload, { messageId: invocationId });
    return invocationId;
  }

  async #wait(ids: readonly string[], deadline: Date): Promise<Map<string, Reply>> {
    for (;;) {
      const replies = ids.length === 0 ? new Map<string, Reply>() : await this.#replies(ids);
      if (replies.size === ids.length || Date.now() > deadline.getTime()) return replies;
      await delay(lookEveryMs);
    }
  }

  async #replies(ids: readonly string[]): Promise<Map<string, Reply>> {
    const rows = await this.#db
      .selectFrom('evaluation')
      .select(['id', 'answer', 'error_code', 'error_message'])
      .where('id', 'in', [...ids])
      .where(sql<boolean>`answer is not null or error_code is not null`)
      .execute();
    return new Map(
      rows.map(({ id, answer, error_code: code, error_message: message }) => [
        id,
        answer === null ? { code: code ?? '', message: message ?? '' } : { answer },
      ]),
    );
  }
}

/** Why there is none, when it would be too large. */
function commandOf(call: OperatorCall): OutboxMessage | { code: string; message: string } {
  try {
    return invokeOperator(call);
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function lateOf(question: Question | undefined): Reply {
  const operator = question?.ask.comparison.operator ?? 'the plugin';
  return {
    code: 'rules.operator_unanswered',
    message: `no runner has answered for ${operator} in time; one may have to start first: try again, and look at the runners of the plugin when it stays so`,
  };
}
