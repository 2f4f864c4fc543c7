import type { DatabaseOptions } from '@made-open/postgres';
import type { Pool } from 'pg';
import { connectionOf, type Connection, type ConnectionRow } from '../connections/connection.ts';
import { textArray } from '../database/binary-writer.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session, Statement } from '../database/session.ts';
import { EntityEvents } from '../entities/entity-event.ts';
import { entityModels, type EntityModel } from '../entities/entity-model.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { removeRefusedEvents } from '../outbox/remove-events.ts';
import { linkedPerson } from '../people/linked-person.ts';
import { lockRun } from '../runs/run-state.ts';
import type { Erased } from './erase-connection.ts';
import { rememberErased } from './erased-items.ts';

/** Entities of one type and connection that go in one call. */
const chunkRows = 1000;

/** Who is to be erased. */
export interface ErasedPerson {
  readonly spaceId: string;
  /** Of a person or of one of its records. */
  readonly personId: string;
  /** Also messages, calendar events and documents that name one of the person's addresses. */
  readonly withMentions: boolean;
}

/** What is looked for; `records` are ids of entities. */
interface Wanted {
  readonly records: readonly string[];
  readonly addresses: readonly string[];
}

interface ErasedRow {
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
}

const listed = (column: string): string =>
  `exists (select from unnest(e.${column}) as a (address) where lower(a.address) = any ($3::text[]))`;
const named = (column: string, field: string): string =>
  `exists (select from json_array_elements(e.${column}) a where lower(a ->> '${field}') = any ($3::text[]))`;

/** Which entities name an address, by their type. */
const mentions: readonly (readonly [EntityModel, string])[] = [
  [
    entityModels.message,
    `(lower(e.sender) = any ($3::text[]) or ${listed('recipients')} or ${named('participants', 'address')})`,
  ],
  [
    entityModels.calendar_event,
    `(lower(e.organizer) = any ($3::text[]) or ${listed('attendees')} or ${named('attendee_details', 'email')})`,
  ],
  [entityModels.document, `(lower(e.modified_by) = any ($3::text[]) or ${listed('authors')})`],
];

const dropQuarantine: Statement = {
  name: 'erase_person_quarantine',
  text: `delete from quarantine where connection_key = $1 and type = $2 and external_id = any ($3::text[])`,
};

/** Removes the records of a person from all sources of a space, and keeps them from coming back. */
export class ErasePerson {
  readonly #database: DatabaseOptions;
  readonly #pool: Pool;
  readonly #onCommitted: () => void;

  constructor(database: DatabaseOptions, pool: Pool, onCommitted: () => void) {
    this.#database = database;
    this.#pool = pool;
    this.#onCommitted = onCommitted;
  }

  /** One step; to be called until it is done. The records go last: they tell what else there is. */
  async erase(person: ErasedPerson): Promise<Erased> {
    const group = await linkedPerson(this.#pool, person.spaceId, person.personId);
    if (group === undefined) return { done: true, erased: 0 };
    const records = group.records.map(({ id }) => id);
    const connections = await this.#connections(person.spaceId);
    const addresses = person.withMentions ? await this.#addresses(records) : [];
    let erased = 0;
    if (addresses.length > 0)
      erased += await this.#each(connections, mentionsOf({ records, addresses }));
    const hasMore = erased > 0;
    if (!hasMore) erased += await this.#each(connections, recordsOf(records));
    this.#onCommitted();
    return { done: !hasMore, erased };
  }

  async #each(
    connections: readonly Connection[],
    step: (session: Session, connection: Connection) => Promise<number>,
  ): Promise<number> {
    let erased = 0;
    for (const connection of connections)
      erased += await inTransaction(this.#database, async (session) => {
        await lockRun(session, connection.key);
        return step(session, connection);
      });
    return erased;
  }

  async #connections(spaceId: string): Promise<Connection[]> {
    const { rows } = await this.#pool.query<ConnectionRow>(
      `select id, key, space_id, plugin_id, grants, generation::float8 as generation,
         mapping_version::float8 as mapping_version, state
       from connection where space_id = $1`,
      [spaceId],
    );
    return rows.map(connectionOf);
  }

  async #addresses(records: readonly string[]): Promise<string[]> {
    const { rows } = await this.#pool.query<{ address: string }>(
      `select distinct lower(a.address) as address from person e
       cross join lateral unnest(coalesce(e.emails, '{}') || coalesce(e.verified_emails, '{}') || coalesce(e.phones, '{}')) as a (address)
       where e.id = any ($1::uuid[])`,
      [records],
    );
    return rows.map(({ address }) => address);
  }
}

type Step = (session: Session, connection: Connection) => Promise<number>;

function recordsOf(records: readonly string[]): Step {
  return (session, connection) =>
    eraseWhere(session, connection, {
      model: entityModels.person,
      condition: 'e.id = any ($2::uuid[])',
      wanted: { records, addresses: [] },
    });
}

function mentionsOf(wanted: Wanted): Step {
  return async (session, connection) => {
    let erased = 0;
    for (const [model, condition] of mentions)
      erased += await eraseWhere(session, connection, { model, condition, wanted });
    return erased;
  };
}

async function eraseWhere(
  session: Session,
  connection: Connection,
  { model, condition, wanted }: { model: EntityModel; condition: string; wanted: Wanted },
): Promise<number> {
  const { rows } = await session.run<ErasedRow>(
    {
      name: `erase_person_${model.type}`,
      // All parameters are named, though a condition needs but one of them.
      text: `delete from "${model.type}" where id = any (array(
          select e.id from "${model.type}" e
          where e.connection_key = $1 and (${condition}) and $2::uuid[] is not null and $3::text[] is not null
          limit ${String(chunkRows)}
        )) returning id, external_id, version`,
    },
    [connection.key, [...wanted.records], [...wanted.addresses]],
  );
  if (rows.length === 0) return 0;
  const batches = new EventBatches(new Date());
  const events = new EntityEvents(batches, connection);
  for (const { id, external_id: externalId, version } of rows)
    events.deleted(model, { id, externalId, version: version + 1 });
  const ids = rows.map((row) => row.external_id);
  await rememberErased(session, connection.key, { type: model.type, ids });
  await session.run(dropQuarantine, [connection.key, model.type, textArray(ids)]);
  await removeRefusedEvents(
    session,
    rows.map(({ id }) => id),
  );
  await appendMessages(session, batches.messages());
  return rows.length;
}
