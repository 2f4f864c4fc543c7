import type { DatabaseOptions } from '@made-open/postgres';
import type { Pool } from 'pg';
import {
  connectionColumns,
  connectionOf,
  type Connection,
  type ConnectionRow,
} from '../connections/connection.ts';
import { textArray } from '../database/binary-writer.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session, Statement } from '../database/session.ts';
import { EntityEvents } from '../entities/entity-event.ts';
import { entityModels, type EntityModel } from '../entities/entity-model.ts';
import type { RemoveFiles } from '../files/remove-files.ts';
import { letGoOfFiles, letGoOfUnnamedFiles, namedFiles } from '../files/let-go-of-files.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { removeRefusedEvents } from '../outbox/remove-events.ts';
import { linkedPerson } from '../people/linked-person.ts';
import { lockPeople } from '../people/regroup.ts';
import { lockRun } from '../runs/run-state.ts';
import type { Erased } from './erase-connection.ts';
import { EraseMentions } from './erase-mentions.ts';
import { rememberErased } from './erased-items.ts';

/** Who is to be erased. */
export interface ErasedPerson {
  readonly spaceId: string;
  /** Of a person or of one of its records. */
  readonly personId: string;
  /** Also messages, calendar events and documents that name one of the person's addresses. */
  readonly withMentions: boolean;
}

export interface ErasePersonOptions {
  readonly database: DatabaseOptions;
  readonly pool: Pool;
  readonly files: Pick<RemoveFiles, 'removeUnheld'>;
  readonly onCommitted: () => void;
  /** Entities that are looked at for mentions in one statement; 2000 unless given. */
  readonly windowRows?: number;
  /** After so long a call ends, and the next one goes on; 5 s unless given. */
  readonly budgetMs?: number;
}

/** What goes under the fence; `condition` is one for $3, which are the addresses. */
interface Found {
  readonly model: EntityModel;
  readonly ids: readonly string[];
  readonly condition: string;
  readonly addresses: readonly string[];
}

interface ErasedRow {
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
}

const dropQuarantine: Statement = {
  name: 'erase_person_quarantine',
  text: `delete from quarantine where connection_key = $1 and type = $2 and external_id = any ($3::text[])`,
};
const keysOfRecords: Statement = {
  name: 'erase_person_records',
  text: 'select id::text as id, connection_key as key from person where id = any ($1::uuid[])',
};
const joinedSince: Statement = {
  name: 'erase_person_joined',
  text: `select from person_link l join person_link o on o.person_id = l.person_id
    where l.entity_id = any ($1::uuid[]) and o.entity_id <> all ($1::uuid[]) limit 1`,
};

/** Removes the records of a person from all sources of a space, and keeps them from coming back. */
export class ErasePerson {
  readonly #options: ErasePersonOptions;
  readonly #mentions: EraseMentions;

  constructor(options: ErasePersonOptions) {
    this.#options = options;
    const { pool, windowRows = 2000, budgetMs = 5000 } = options;
    this.#mentions = new EraseMentions({
      pool,
      windowRows,
      budgetMs,
      erase: (connection, { mentioning: { model, condition }, ids, addresses }) =>
        this.#erase(connection, { model, ids, condition: condition('$3::text[]'), addresses }),
    });
  }

  /** One step; to be called until it is done. The records go last: they tell what else there is. */
  async erase({ spaceId, personId, withMentions }: ErasedPerson): Promise<Erased> {
    const group = await linkedPerson(this.#options.pool, spaceId, personId);
    if (group === undefined) return { done: await this.#options.files.removeUnheld(), erased: 0 };
    const records = group.records.map(({ id }) => id);
    const connections = await this.#connections(spaceId);
    const addresses = withMentions ? await this.#addresses(records) : [];
    let erased = 0;
    const person = { spaceId, personId: group.personId, addresses, connections };
    if (addresses.length > 0) {
      const mentions = await this.#mentions.erase(person);
      if (!mentions.isDone) return { done: false, erased: mentions.erased };
      erased += mentions.erased;
    }
    const gone = await this.#eraseRecords(connections, records);
    await this.#mentions.forget(person);
    const isRemoved = await this.#options.files.removeUnheld();
    return { done: gone.done && isRemoved, erased: erased + gone.erased };
  }

  /** All at once: were some of them left, nobody would find them by this person any more. */
  async #eraseRecords(
    connections: readonly Connection[],
    records: readonly string[],
  ): Promise<Erased> {
    const answer = await inTransaction(this.#options.database, (session) =>
      eraseRecords(session, connections, records),
    );
    if (answer.erased > 0) this.#options.onCommitted();
    return answer;
  }

  async #erase(connection: Connection, found: Found): Promise<number> {
    const erased = await inTransaction(this.#options.database, async (session) => {
      await lockRun(session, connection.key);
      return eraseFound(session, connection, found);
    });
    if (erased > 0) this.#options.onCommitted();
    return erased;
  }

  async #connections(spaceId: string): Promise<Connection[]> {
    const { rows } = await this.#options.pool.query<ConnectionRow>(
      `select ${connectionColumns} from connection where space_id = $1 order by key`,
      [spaceId],
    );
    return rows.map(connectionOf);
  }

  async #addresses(records: readonly string[]): Promise<string[]> {
    const { rows } = await this.#options.pool.query<{ address: string }>(
      `select distinct lower(a.address) as address from person e
       cross join lateral unnest(coalesce(e.emails, '{}') || coalesce(e.verified_emails, '{}') || coalesce(e.phones, '{}')) as a (address)
       where e.id = any ($1::uuid[])`,
      [records],
    );
    return rows.map(({ address }) => address);
  }
}

/** Not done, and nothing goes, when another record was linked with them in the meantime. */
async function eraseRecords(
  session: Session,
  connections: readonly Connection[],
  records: readonly string[],
): Promise<Erased> {
  const { rows } = await session.run<{ id: string; key: number }>(keysOfRecords, [[...records]]);
  const theirs = connections
    .map((connection) => ({
      connection,
      ids: rows.filter(({ key }) => key === connection.key).map(({ id }) => id),
    }))
    .filter(({ ids }) => ids.length > 0);
  // By their keys, so that two erasures do not wait for each other; then whoever links, who waits for frames only.
  for (const { connection } of theirs) await lockRun(session, connection.key);
  await lockPeople(session);
  const joined = await session.run(joinedSince, [[...records]]);
  if (joined.rows.length > 0) return { done: false, erased: 0 };
  let erased = 0;
  for (const { connection, ids } of theirs) {
    erased += await eraseFound(session, connection, {
      model: entityModels.person,
      ids,
      condition: '$3::text[] is not null',
      addresses: [],
    });
    // One of them may be a picture that was replaced.
    await letGoOfUnnamedFiles(session, connection.key);
  }
  return { done: true, erased };
}

async function eraseFound(
  session: Session,
  connection: Connection,
  { model, ids, condition, addresses }: Found,
): Promise<number> {
  const files = await namedFiles(session, ids);
  const { rows } = await session.run<ErasedRow>(
    {
      name: `erase_person_${model.type}`,
      text: `delete from "${model.type}" e
        where e.id = any ($2::uuid[]) and e.connection_key = $1 and (${condition})
        returning e.id, e.external_id, e.version`,
    },
    [connection.key, [...ids], [...addresses]],
  );
  if (rows.length === 0) return 0;
  await letGoOfFiles(session, connection.key, files);
  const batches = new EventBatches(new Date());
  const events = new EntityEvents(batches, connection);
  for (const { id, external_id: externalId, version } of rows)
    events.deleted(model, { id, externalId, version: version + 1 });
  const externalIds = rows.map((row) => row.external_id);
  await rememberErased(session, connection.key, { type: model.type, ids: externalIds });
  await session.run(dropQuarantine, [connection.key, model.type, textArray(externalIds)]);
  await removeRefusedEvents(
    session,
    rows.map(({ id }) => id),
  );
  await appendMessages(session, batches.messages());
  return rows.length;
}
