import type { PoolClient } from 'pg';
import type { IndexChange } from '../search/search-index.ts';
import { documentHash } from './document-hash.ts';
import { suffixOf } from './suffix-of.ts';

/** A plan made while the tables were small is kept when they have grown: it may only use what is right for both. */
export const beginApply =
  'begin; set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off';

/** Of a document that the engine may have in another state than is known here. */
const unsure = '0';

/**
 * Which version of which entity an index has applied. Deletions stay, so that a late creation brings nothing back; and a
 * new version with the same texts touches this small row alone. `hash` is that of the document, null when it is gone.
 */
export class IndexedVersions {
  readonly #table: string;
  readonly #guard: { readonly name: string; readonly text: string };
  readonly #doubt: { readonly name: string; readonly text: string };

  constructor(generation: number) {
    this.#table = `indexed${suffixOf(generation)}`;
    // Locks each entity's row until the commit: who writes the same entity beside waits here, and sees afterwards which
    // version won.
    this.#guard = {
      name: `guard-versions${suffixOf(generation)}`,
      text: `with taken as (
        insert into ${this.#table} (entity_id, version, hash)
        select * from unnest($1::uuid[], $2::int[], $3::bigint[])
        on conflict (entity_id) do update set version = excluded.version, hash = excluded.hash
          where ${this.#table}.version < excluded.version
        returning entity_id, old.hash is null as is_new, old.hash is distinct from new.hash as is_other
      )
      select entity_id, is_new from taken where is_other`,
    };
    this.#doubt = {
      name: `doubt-versions${suffixOf(generation)}`,
      text: `with newer as (
        select * from unnest($1::uuid[], $2::int[], $3::bigint[]) as n (entity_id, version, hash)
      ), doubted as (
        update ${this.#table} i set hash = ${unsure} from newer n
        where i.entity_id = n.entity_id and i.version < n.version and i.hash is distinct from n.hash
      )
      insert into ${this.#table} (entity_id, version, hash) select entity_id, 0, ${unsure} from newer
      on conflict (entity_id) do nothing`,
    };
  }

  async create(client: PoolClient): Promise<void> {
    await client.query(`create table if not exists ${this.#table} (
      entity_id uuid primary key,
      version int not null,
      hash bigint
    )`);
  }

  async drop(client: PoolClient): Promise<void> {
    await client.query(`drop table if exists ${this.#table}`);
  }

  /** Takes what is newer; gives back what differs from the documents that are there, true for those that have none. */
  async takeNewer(
    client: PoolClient,
    changes: readonly IndexChange[],
  ): Promise<Map<string, boolean>> {
    const { rows } = await client.query<{ entity_id: string; is_new: boolean }>({
      ...this.#guard,
      values: valuesOf(changes),
    });
    return new Map(rows.map((row) => [row.entity_id, row.is_new]));
  }

  /**
   * For an engine outside of the transaction, committed before it is written to: should nobody learn whether it took the
   * write, the next change is written whatever its texts are, and a deletion, too.
   */
  async doubt(client: PoolClient, changes: readonly IndexChange[]): Promise<void> {
    await client.query({ ...this.#doubt, values: valuesOf(changes) });
  }
}

function valuesOf(changes: readonly IndexChange[]): unknown[] {
  return [
    changes.map(({ entityId }) => entityId),
    changes.map(({ version }) => version),
    changes.map(documentHash),
  ];
}
