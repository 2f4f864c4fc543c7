import type { WebhookReceived } from '@made-open/contracts';
import { sql, type Kysely, type QueryResult, type RawBuilder, type Transaction } from 'kysely';
import { beginBounded } from '../database/begin-bounded.ts';
import type { GatewaySchema } from '../database/migrations.ts';
import { orUnavailable } from '../database/or-unavailable.ts';
import { bodyIdPrefix } from '../webhooks/provider-id.ts';
import type { Delivery, DeliveryContent, DeliveryStanding } from './delivery.ts';
import {
  DeliveryStore,
  type DeliveryList,
  type DeliveryPage,
  type DueBatch,
  type DueDelivery,
} from './delivery-store.ts';
import { dueDeliveries } from './due-deliveries.ts';
import { contentOf, deliveryOf, standingRow, type ContentRow, type DeliveryRow } from './rows.ts';
import { tellEnded } from './tell-ended.ts';

const columns = sql.raw(
  `d.id, d.provider_id, d.connection_id, d.space_id, d.plugin_id, d.name, d.conversation_key, d.position, d.state,
  d.invocation_id, d.tries, d.next_at, d.received_at, d.received_count, d.ended_at, d.error_code, d.error_message,
  d.content_type, length(d.body) as body_bytes`,
);
/** So long a provider may send a delivery again that it heard no answer to. */
const sameBodyHours = 24;
const content = sql.raw('d.body, d.headers, d.query');

/** Time is that of the database, which all replicas share. */
export class PostgresDeliveryStore extends DeliveryStore {
  readonly #db: Kysely<GatewaySchema>;
  readonly #onPublished: () => void;

  constructor(db: Kysely<GatewaySchema>, onPublished: () => void) {
    super();
    this.#db = db;
    this.#onPublished = onPublished;
  }

  override async add(received: WebhookReceived, invocationId: string): Promise<void> {
    const { deliveryId: id, providerId, connectionId, name, conversationKey } = received;
    const isStrict = conversationKey !== '';
    const lane = isStrict ? `conversation ${conversationKey}` : `webhook ${name}`;
    if (providerId.startsWith(bodyIdPrefix)) await this.#forgetBody(received);
    // A message that the stream brings twice is no second delivery of the provider.
    await this
      .#run(sql`insert into delivery (id, provider_id, connection_id, space_id, plugin_id, name, conversation_key, lane,
        is_strict, state, invocation_id, tries, next_at, received_at, content_type, body, headers, query)
      select ${id}, ${providerId}, c.id, ${received.spaceId}, ${received.pluginId}, ${name}, ${conversationKey},
        ${lane}, ${isStrict}, 'pending', ${invocationId}, 0, now(), ${received.receivedAt}::timestamptz,
        ${received.contentType}, ${Buffer.from(received.body)}, ${JSON.stringify(received.headers)}::json,
        ${JSON.stringify(received.query)}::json
      from connection c where c.id = ${connectionId} and c.state <> 'deleted'
      on conflict (connection_id, name, provider_id) do update set received_count = delivery.received_count
        + case when delivery.id = excluded.id then 0 else 1 end`);
  }

  override async countAgain({
    connectionId,
    name,
    providerId,
  }: Parameters<DeliveryStore['countAgain']>[0]): Promise<void> {
    await this.#run(sql`update delivery set received_count = received_count + 1
      where connection_id = ${connectionId} and name = ${name} and provider_id = ${providerId}`);
  }

  override async dispatch(
    batch: DueBatch,
    send: (delivery: DueDelivery, now: Date) => Promise<DeliveryStanding | undefined>,
  ): Promise<number> {
    return this.#telling(async (transaction) => {
      if (!(await isOnlyOne(transaction))) return 0;
      const { rows: due } = await dueDeliveries(batch).execute(transaction);
      if (due.length === 0) return 0;
      const ids = due.map(({ id }) => id);
      const { rows } = await sql<
        DeliveryRow & ContentRow & { now: Date; has_request_budget: boolean }
      >`select ${columns}, ${content}, now() as now, c.has_request_budget
        from delivery d join connection c on c.id = d.connection_id
        where d.id = any(${ids}::uuid[]) and d.state = 'pending'
        order by array_position(${ids}::uuid[], d.id) for update of d skip locked`.execute(
        transaction,
      );
      const steps = await Promise.all(
        rows.map(async (row) => {
          const delivery = { ...deliveryOf(row), ...contentOf(row) };
          const hasRequestBudget = row.has_request_budget;
          return { row, after: await send({ ...delivery, hasRequestBudget }, row.now) };
        }),
      );
      for (const { row, after } of steps)
        if (after !== undefined) await save(transaction, row, after);
      return steps.filter(({ after }) => after !== undefined).length;
    });
  }

  override async expire(
    limit: number,
    after: (delivery: Delivery, now: Date) => DeliveryStanding,
  ): Promise<number> {
    return this.#telling(async (transaction) => {
      const { rows } = await sql<DeliveryRow & { now: Date }>`
        select ${columns}, now() as now from delivery d
        where d.state = 'dispatched' and d.next_at <= now()
        order by d.next_at limit ${limit} for update skip locked`.execute(transaction);
      // In an order that all replicas keep: each notes how its webhooks fare.
      for (const row of rows.toSorted(byWebhook))
        await save(transaction, row, after(deliveryOf(row), row.now));
      return rows.length;
    });
  }

  override async change(
    id: string,
    after: (delivery: Delivery, now: Date) => DeliveryStanding | undefined,
  ): Promise<Delivery | undefined> {
    return this.#telling(async (transaction) => {
      // By its id alone: a dispatch that is not committed yet is waited for, and its outcome read.
      const { rows } = await sql<DeliveryRow & { now: Date }>`
        select ${columns}, now() as now from delivery d where d.id = ${id} for update`.execute(
        transaction,
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const delivery = deliveryOf(row);
      const standing = after(delivery, row.now);
      return standing === undefined ? delivery : save(transaction, row, standing);
    });
  }

  override async list({ connectionId, state, limit, cursor }: DeliveryPage): Promise<DeliveryList> {
    const states = state === 'pending' ? ['pending', 'dispatched'] : [state];
    const { rows } = await this.#run(sql<DeliveryRow>`select ${columns} from delivery d
      where d.connection_id = ${connectionId}
        and (${state === undefined} or d.state = any(${states}::text[]))
        and (${cursor} = '' or d.position < nullif(${cursor}, '')::bigint)
      order by d.position desc limit ${limit + 1}`);
    const page = rows.slice(0, limit);
    const nextCursor = rows.length > limit ? (page.at(-1)?.position ?? '') : '';
    return { deliveries: page.map(deliveryOf), nextCursor };
  }

  override async count(state: 'pending' | 'failed'): Promise<number> {
    // As their indexes have it.
    const condition = sql.raw(
      state === 'pending' ? `state in ('pending', 'dispatched')` : `state = 'failed'`,
    );
    const { rows } = await this.#run(
      sql<{ count: string }>`select count(*) from delivery where ${condition}`,
    );
    return Number(rows[0]?.count ?? 0);
  }

  override async find(
    connectionId: string,
    id: string,
  ): Promise<(Delivery & DeliveryContent) | undefined> {
    const { rows } = await this.#run(sql<DeliveryRow & ContentRow>`select ${columns}, ${content}
      from delivery d where d.id = ${id} and d.connection_id = ${connectionId}`);
    const [row] = rows;
    return row === undefined ? undefined : { ...deliveryOf(row), ...contentOf(row) };
  }

  override async erase(connectionId: string, limit: number): Promise<number> {
    await this.#run(sql`delete from told_webhook where connection_id = ${connectionId}`);
    const { numAffectedRows } = await this.#run(sql`delete from delivery where id in (
      select id from delivery where connection_id = ${connectionId} limit ${limit})`);
    return Number(numAffectedRows ?? 0n);
  }

  override async forget(days: number, limit: number): Promise<number> {
    const { numAffectedRows } = await this.#run(sql`delete from delivery where id in (
      (select id from delivery where ended_at < now() - ${days} * interval '1 day' limit ${limit})
      union all
      (select d.id from connection c join delivery d on d.connection_id = c.id
        where c.state = 'deleted' limit ${limit}))`);
    return Number(numAffectedRows ?? 0n);
  }

  /** The same words mean something new by now: those that came before give up their place, and stay. */
  async #forgetBody({ deliveryId, providerId, connectionId, name, receivedAt }: WebhookReceived) {
    await this.#run(sql`update delivery set provider_id = provider_id || '@' || id
      where connection_id = ${connectionId} and name = ${name} and provider_id = ${providerId} and id <> ${deliveryId}
        and received_at <= ${receivedAt}::timestamptz - ${sameBodyHours} * interval '1 hour'`);
  }

  #run<T>(statement: RawBuilder<T>): Promise<QueryResult<T>> {
    return orUnavailable(statement.execute(this.#db));
  }

  /** What has ended in it is told. */
  async #telling<T>(work: (transaction: Transaction<GatewaySchema>) => Promise<T>): Promise<T> {
    const result = await orUnavailable(
      this.#db.transaction().execute(async (transaction) => {
        await beginBounded(transaction);
        return work(transaction);
      }),
    );
    if (result !== 0) this.#onPublished();
    return result;
  }
}

/** One replica at a time looks what is due: two would choose the same. */
async function isOnlyOne(transaction: Transaction<GatewaySchema>): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('channel_gateway:deliveries', 0)) as locked`.execute(
    transaction,
  );
  return rows[0]?.locked === true;
}

async function save(
  transaction: Transaction<GatewaySchema>,
  row: DeliveryRow & { readonly now: Date },
  standing: DeliveryStanding,
): Promise<Delivery> {
  await transaction
    .updateTable('delivery')
    .set(standingRow(standing))
    .where('id', '=', row.id)
    .execute();
  const delivery = { ...deliveryOf(row), ...standing };
  await tellEnded(transaction, delivery, row.now);
  return delivery;
}

function byWebhook(a: DeliveryRow, b: DeliveryRow): number {
  const [one, other] = [`${a.connection_id} ${a.name}`, `${b.connection_id} ${b.name}`];
  return one < other ? -1 : Number(one > other);
}
