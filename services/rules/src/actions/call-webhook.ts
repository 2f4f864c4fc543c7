import type { Kysely } from 'kysely';
import { addDelivery } from '../endpoints/endpoints.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../page.ts';
import type { RulesTables } from '../tables.ts';
import { textIn, type CarriedOut, type CarryOut, type DueAction } from './carry-out.ts';

/** Notes a delivery to an endpoint, which is sent and tried again from there. */
export class CallWebhook implements CarryOut {
  readonly #db: Kysely<RulesTables>;

  constructor(db: Kysely<RulesTables>) {
    this.#db = db;
  }

  async carryOut(action: DueAction): Promise<CarriedOut> {
    const { executionId, index, spaceId, eventType, content } = action;
    const endpointId = textIn(content, 'endpoint');
    if (!isUuid(endpointId)) throw notFound('endpoint', endpointId);
    const eventId = `${executionId}-${String(index)}`;
    const time = textIn(content, 'time');
    const notice = { eventId, eventType, time, data: content['payload'] };
    const made = await this.#db
      .transaction()
      .execute((trx) => addDelivery(trx, { spaceId, endpointId }, notice));
    const resultId = made ?? (await this.#known(endpointId, eventId));
    if (resultId === undefined) throw notFound('endpoint', endpointId);
    return { resultId };
  }

  /** That of a try before. */
  async #known(endpointId: string, eventId: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('endpoint_delivery')
      .select('id')
      .where('endpoint_id', '=', endpointId)
      .where('event_id', '=', eventId)
      .executeTakeFirst();
    return row?.id;
  }
}
