import type { Endpoint, EndpointDelivery, PutEndpointRequest } from '@made-open/contracts';
import { sql, type Kysely, type Transaction } from 'kysely';
import { uuidv7 } from 'uuidv7';
import { notFound, RulesError } from '../errors.ts';
import { isUuid, pageOf, type Page, type PageRequest } from '../page.ts';
import type { RulesTables } from '../tables.ts';
import { deliveryMessage, endpointMessage, type EndpointRow } from './endpoint.ts';

/** What an endpoint is to be told. */
export interface Notice {
  /** The same notice is sent once. */
  readonly eventId: string;
  readonly eventType: string;
  readonly time: string;
  readonly data: unknown;
}

/** The wallet signs no more. */
const maxBodyBytes = 512 * 1024;
const shown = [
  'id',
  'endpoint_id',
  'event_type',
  'state',
  'tries',
  'http_status',
  'error_code',
  'error_message',
  'created_at',
  'last_try_at',
  'wake_at',
] as const;

/** Addresses of outgoing webhooks, and what was sent to them. */
export class Endpoints {
  readonly #db: Kysely<RulesTables>;
  readonly #onWork: () => void;

  constructor(db: Kysely<RulesTables>, onWork: () => void) {
    this.#db = db;
    this.#onWork = onWork;
  }

  /** One that is switched on begins anew. */
  async put({ spaceId, endpointId, ...wanted }: PutEndpointRequest): Promise<Endpoint> {
    const { name, url, subjects, enabled } = wanted;
    const columns = { name, url, subjects, enabled };
    const anew = enabled ? { disabled_reason: '', failing_since: null } : {};
    const row = await this.#db
      .insertInto('endpoint')
      .values({ id: endpointId, space_id: spaceId, ...columns })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ ...columns, ...anew, updated_at: sql`now()` })
          .where('endpoint.space_id', '=', spaceId),
      )
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw notFound('endpoint', endpointId);
    this.#onWork();
    return endpointMessage(row);
  }

  async list(spaceId: string, { limit, cursor }: PageRequest): Promise<Page<Endpoint>> {
    const rows = await this.#db
      .selectFrom('endpoint')
      .selectAll()
      .where('space_id', '=', spaceId)
      .$if(cursor !== '', (query) => query.where('id', '>', cursor))
      .orderBy('id')
      .limit(limit + 1)
      .execute();
    return pageOf(rows.map(endpointMessage), limit);
  }

  /** With its deliveries; says whether there was one. */
  async remove(spaceId: string, id: string): Promise<boolean> {
    if (!isUuid(id)) return false;
    const { numDeletedRows } = await this.#db
      .deleteFrom('endpoint')
      .where('space_id', '=', spaceId)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** The newest first. */
  async deliveries(
    { spaceId, endpointId, state }: { spaceId: string; endpointId: string; state: string },
    { limit, cursor }: PageRequest,
  ): Promise<Page<EndpointDelivery>> {
    await this.#require(spaceId, endpointId);
    const rows = await this.#db
      .selectFrom('endpoint_delivery')
      .select(shown)
      .where('endpoint_id', '=', endpointId)
      .$if(state !== '', (query) => query.where(sql<string>`state`, '=', state))
      .$if(cursor !== '', (query) => query.where('id', '<', cursor))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageOf(rows.map(deliveryMessage), limit);
  }

  /** Sends one that has failed once more, and on as if it were new. */
  async retry(spaceId: string, endpointId: string, deliveryId: string): Promise<EndpointDelivery> {
    await this.#require(spaceId, endpointId);
    if (!isUuid(deliveryId)) throw notFound('delivery', deliveryId);
    const row = await this.#db
      .updateTable('endpoint_delivery')
      .set({ state: 'pending', tries: 0, wake_at: sql`now()` })
      .where('id', '=', deliveryId)
      .where('endpoint_id', '=', endpointId)
      .where('body', 'is not', null)
      .returning(shown)
      .executeTakeFirst();
    if (row === undefined) return this.#refuseRetry(endpointId, deliveryId);
    this.#onWork();
    return deliveryMessage(row);
  }

  /** Enabled ones of the spaces that wait for events. */
  listening(spaceIds: readonly string[]): Promise<EndpointRow[]> {
    return this.#db
      .selectFrom('endpoint')
      .selectAll()
      .where('space_id', 'in', [...spaceIds])
      .where('enabled', '=', true)
      .where(sql<boolean>`cardinality(subjects) > 0`)
      .execute();
  }

  async #require(spaceId: string, id: string): Promise<void> {
    const found = isUuid(id)
      ? await this.#db
          .selectFrom('endpoint')
          .select('id')
          .where('space_id', '=', spaceId)
          .where('id', '=', id)
          .executeTakeFirst()
      : undefined;
    if (found === undefined) throw notFound('endpoint', id);
  }

  async #refuseRetry(endpointId: string, deliveryId: string): Promise<never> {
    const found = await this.#db
      .selectFrom('endpoint_delivery')
      .select('id')
      .where('id', '=', deliveryId)
      .where('endpoint_id', '=', endpointId)
      .executeTakeFirst();
    if (found === undefined) throw notFound('delivery', deliveryId);
    throw new RulesError(
      'delivery_delivered.conflict',
      `delivery ${deliveryId} was taken by the endpoint, and its content is not kept`,
    );
  }
}

/** Notes a notice for an endpoint of the space; gives its id, or undefined when there is no such endpoint or it has the notice. */
export async function addDelivery(
  trx: Transaction<RulesTables>,
  { spaceId, endpointId }: { readonly spaceId: string; readonly endpointId: string },
  { eventId, eventType, time, data }: Notice,
): Promise<string | undefined> {
  const body = JSON.stringify({ type: eventType, timestamp: time, data });
  const isTooLarge = Buffer.byteLength(body) > maxBodyBytes;
  const { rows } = await sql<{ id: string }>`
    insert into endpoint_delivery (id, endpoint_id, event_id, event_type, body, state, wake_at, error_code, error_message)
    select ${uuidv7()}, id, ${eventId}, ${eventType}, ${isTooLarge ? null : body},
      ${isTooLarge ? 'failed' : 'pending'}, now(), ${isTooLarge ? 'rules.notice_too_large' : ''},
      ${isTooLarge ? `the event has more than ${String(maxBodyBytes)} bytes` : ''}
    from endpoint where id = ${endpointId} and space_id = ${spaceId} for key share
    on conflict (endpoint_id, event_id) do nothing returning id`.execute(trx);
  return rows[0]?.id;
}
