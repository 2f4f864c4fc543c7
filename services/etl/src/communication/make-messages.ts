import type { Connection } from '../connections/connection.ts';
import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import { entityModels } from '../entities/entity-model.ts';
import { withoutErased } from '../erasure/erased-items.ts';
import { hashLine } from '../items/hash-lines.ts';
import { noRecords, type ItemLine } from '../items/read-frame.ts';
import type { CheckedBatch, WriteItems } from '../items/write-items.ts';
import { heardBefore, rememberHeard } from './heard-before.ts';

const model = entityModels.message;

const findExisting: Statement = {
  name: 'find_existing_messages',
  text: `select t.external_id, m.direction from unnest($2::text[]) as t (external_id)
    cross join lateral (
      select e.direction from message e where e.connection_key = $1 and e.external_id = t.external_id limit 1
    ) m`,
};
const mark: Statement = {
  name: 'mark_threads_of_messages',
  // The lock that is on the mark keeps a conversation from being made meanwhile.
  text: `insert into changed_thread (connection_key, thread_key)
    select distinct $1::int, left(m.thread_id, 512) from unnest($2::text[]) as t (external_id)
    cross join lateral (
      select e.thread_id from message e where e.connection_key = $1 and e.external_id = t.external_id limit 1
    ) m where m.thread_id is not null order by 2
    on conflict (connection_key, thread_key) do update set marked_at = now()`,
};
const place: Statement = {
  name: 'place_messages',
  text: `with stored as materialized (
      select t.external_id, m.id, m.thread_id, left(m.thread_id, 512) as thread_key
      from unnest($2::text[]) as t (external_id)
      cross join lateral (
        select e.id, e.thread_id from message e where e.connection_key = $1 and e.external_id = t.external_id limit 1
      ) m
    ), known as materialized (
      select c.external_id as thread_key, c.id from conversation c
      where c.connection_key = $1 and c.external_id = any (array(select distinct s.thread_key from stored s))
    ), awaited as (
      insert into awaited_conversation as a (connection_key, thread_key, id)
      select $1, n.thread_key, gen_random_uuid() from (
        select distinct s.thread_key from stored s where s.thread_key is not null
          and s.thread_key <> all (array(select k.thread_key from known k))
      ) n order by n.thread_key
      on conflict (connection_key, thread_key) do update set id = a.id
      returning a.thread_key, a.id
    )
    select s.external_id, s.id::text as id, s.thread_id, c.id::text as conversation_id from stored s
    left join (select * from known union all select * from awaited) c on c.thread_key = s.thread_key`,
};

/** A message as it is stored now, whoever has written it. */
export interface PlacedMessage {
  readonly id: string;
  readonly threadId: string;
  readonly conversationId: string;
}

export interface MakeMessagesOptions {
  readonly session: Session;
  readonly connection: Connection;
  readonly items: WriteItems;
  readonly hasErased: boolean;
  /** The plugin may write messages, or it is not the plugin who writes. */
  readonly mayWrite: boolean;
}

interface PlacedRow {
  readonly external_id: string;
  readonly id: string;
  readonly thread_id: string | null;
  readonly conversation_id: string | null;
}

/** Messages that were not heard of before, by their ids: where each is stored, or nothing when it may not be. */
export class MakeMessages {
  readonly #options: MakeMessagesOptions;

  constructor(options: MakeMessagesOptions) {
    this.#options = options;
  }

  /**
   * A message that is an entity already is left as it is: it was yielded as an item, or it is one of ours that comes back.
   * `isNew` says what of existing ones is news all the same.
   */
  async make(
    given: readonly ItemLine[],
    isNew: (existing: { readonly direction: string | null }) => boolean,
  ): Promise<ReadonlyMap<string, PlacedMessage | undefined>> {
    const { session, connection, mayWrite } = this.#options;
    const allowed = await this.#withoutErased(firstOfEach(given));
    const ids = allowed.map(({ externalId }) => externalId);
    const [heard, existing] = await Promise.all([
      heardBefore(session, connection.key, { kind: 'message', ids }),
      this.#existing(ids),
    ]);
    const news = allowed.filter(({ externalId }) => {
      const found = existing.get(externalId);
      return !heard.has(externalId) && (found === undefined || isNew(found));
    });
    const made = news.filter(({ externalId }) => mayWrite && !existing.has(externalId));
    if (made.length > 0) await this.#options.items.write([asNew(connection, made)], []);
    const placed = await this.#place(news);
    const madeIds = new Set(made.map(({ externalId }) => externalId));
    // What PostgreSQL has refused is in quarantine, and nobody is told of it.
    const isLost = (id: string): boolean => madeIds.has(id) && !placed.has(id);
    await this.#remember(
      ids.filter((id) => !isLost(id)),
      madeIds,
    );
    return new Map(
      news
        .filter(({ externalId }) => !isLost(externalId))
        .map(({ externalId }) => [externalId, placed.get(externalId)]),
    );
  }

  async #existing(
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly direction: string | null }>> {
    const { session, connection } = this.#options;
    const { rows } = await session.run<{ external_id: string; direction: string | null }>(
      findExisting,
      [connection.key, textArray(ids)],
    );
    return new Map(rows.map((row) => [row.external_id, row]));
  }

  async #remember(ids: readonly string[], made: ReadonlySet<string>): Promise<void> {
    const { session, connection } = this.#options;
    const heard = ids.map((id) => ({ id, isMade: made.has(id) }));
    await rememberHeard(session, connection.key, { kind: 'message', heard });
  }

  async #place(news: readonly ItemLine[]): Promise<ReadonlyMap<string, PlacedMessage>> {
    const { session, connection } = this.#options;
    const ids = textArray(news.map(({ externalId }) => externalId));
    await session.run(mark, [connection.key, ids]);
    const { rows } = await session.run<PlacedRow>(place, [connection.key, ids]);
    return new Map(
      rows.map((row) => [
        row.external_id,
        {
          id: row.id,
          threadId: row.thread_id ?? '',
          conversationId: row.conversation_id ?? '',
        },
      ]),
    );
  }

  /** What was erased at a person's wish comes back by no way. */
  async #withoutErased(items: readonly ItemLine[]): Promise<readonly ItemLine[]> {
    const { session, connection, hasErased } = this.#options;
    if (!hasErased) return items;
    const checked = [asNew(connection, items)];
    const records = { ...noRecords, batches: [{ model, items }] };
    const left = await withoutErased(session, connection.key, { records, checked });
    const rows = (await left.checked[0]?.found) ?? [];
    return rows.flatMap((row) => items[row.place - 1] ?? []);
  }
}

function asNew({ mappingVersion }: Connection, items: readonly ItemLine[]): CheckedBatch {
  const rows = items.map((_, index) => ({ place: index + 1, id: null, version: null }));
  return {
    batch: { model, items },
    hashes: items.map(({ line }) => hashLine(line, mappingVersion)),
    found: Promise.resolve(rows),
  };
}

function firstOfEach(items: readonly ItemLine[]): ItemLine[] {
  const found = new Map<string, ItemLine>();
  for (const item of items) if (!found.has(item.externalId)) found.set(item.externalId, item);
  return [...found.values()];
}
