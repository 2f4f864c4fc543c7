import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';
import {
  findMentions,
  mentioningModels,
  type MentioningModel,
  type MentionPlace,
} from './find-mentions.ts';

/** Whose mentions go, and where. */
export interface MentionedPerson {
  readonly spaceId: string;
  readonly personId: string;
  readonly addresses: readonly string[];
  /** Of the space, by their keys. */
  readonly connections: readonly Connection[];
}

export interface EraseMentionsOptions {
  readonly pool: Pool;
  /** Entities that are looked at in one statement. */
  readonly windowRows: number;
  /** After so long a call ends, and the next one goes on. */
  readonly budgetMs: number;
  /** Removes those that still name an address, under the fence; says how many. */
  readonly erase: (
    connection: Connection,
    found: { mentioning: MentioningModel; ids: readonly string[]; addresses: readonly string[] },
  ) => Promise<number>;
}

/** Looks through all entities of a space for a person's addresses, call after call, and removes what names one. */
export class EraseMentions {
  readonly #options: EraseMentionsOptions;

  constructor(options: EraseMentionsOptions) {
    this.#options = options;
  }

  async erase(person: MentionedPerson): Promise<{ isDone: boolean; erased: number }> {
    const { budgetMs } = this.#options;
    const begun = performance.now();
    let erased = 0;
    let place = this.#first(person, await this.#saved(person));
    while (place !== undefined) {
      const step = await this.#step(person, place);
      erased += step.erased;
      place = step.next;
      if (place !== undefined && performance.now() - begun >= budgetMs) {
        await this.#save(person, place);
        return { isDone: false, erased };
      }
    }
    return { isDone: true, erased };
  }

  /** The person is gone: nobody goes on. */
  async forget({
    spaceId,
    personId,
  }: Pick<MentionedPerson, 'spaceId' | 'personId'>): Promise<void> {
    await this.#options.pool.query(
      'delete from person_erasure where space_id = $1 and person_id = $2',
      [spaceId, personId],
    );
  }

  async #step(
    { addresses, connections }: MentionedPerson,
    place: MentionPlace,
  ): Promise<{ erased: number; next: MentionPlace | undefined }> {
    const { pool, windowRows: rows } = this.#options;
    const { ids, after } = await findMentions(pool, place, { addresses, rows });
    const connection = connections.find(({ key }) => key === place.connectionKey);
    const mentioning = mentioningModels[place.model];
    const erased =
      ids.length === 0 || connection === undefined || mentioning === undefined
        ? 0
        : await this.#options.erase(connection, { mentioning, ids, addresses });
    return { erased, next: after === undefined ? nextOf(connections, place) : { ...place, after } };
  }

  #first(
    { connections }: MentionedPerson,
    saved: MentionPlace | undefined,
  ): MentionPlace | undefined {
    const first = connections.find(({ key }) => key >= (saved?.connectionKey ?? 0));
    if (first === undefined) return undefined;
    if (saved !== undefined && first.key === saved.connectionKey) return saved;
    return { connectionKey: first.key, model: 0, after: '' };
  }

  /** Where the last call ended; one that nobody has gone on with for long is begun anew, for what has come since. */
  async #saved({ spaceId, personId }: MentionedPerson): Promise<MentionPlace | undefined> {
    const { pool } = this.#options;
    await pool.query(`delete from person_erasure where moved_at < now() - interval '1 hour'`);
    const { rows } = await pool.query<MentionPlace>(
      `select connection_key as "connectionKey", model, after from person_erasure
       where space_id = $1 and person_id = $2`,
      [spaceId, personId],
    );
    return rows[0];
  }

  async #save({ spaceId, personId }: MentionedPerson, place: MentionPlace): Promise<void> {
    await this.#options.pool.query(
      `insert into person_erasure (space_id, person_id, connection_key, model, after) values ($1, $2, $3, $4, $5)
       on conflict (space_id, person_id) do update set connection_key = excluded.connection_key,
         model = excluded.model, after = excluded.after, moved_at = now()`,
      [spaceId, personId, place.connectionKey, place.model, place.after],
    );
  }
}

/** The next model of a connection, or the next connection. */
function nextOf(
  connections: readonly Connection[],
  { connectionKey, model }: MentionPlace,
): MentionPlace | undefined {
  if (model + 1 < mentioningModels.length) return { connectionKey, model: model + 1, after: '' };
  const next = connections.find(({ key }) => key > connectionKey);
  return next === undefined ? undefined : { connectionKey: next.key, model: 0, after: '' };
}
