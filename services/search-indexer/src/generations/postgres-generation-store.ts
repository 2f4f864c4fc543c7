import type { Pool, PoolClient } from 'pg';
import type { EngineName } from '../config.ts';
import { inTransaction } from '../versions/in-transaction.ts';
import { GenerationStore, type FillPosition, type Generation } from './generation-store.ts';

interface Row extends Omit<Generation, 'position' | 'startedAt'>, FillPosition {
  readonly startedAt: Date | null;
}

const columns = `id, engine, state, space_id as "spaceId", type, cursor, entities_read::float8 as "entitiesRead",
  started_at as "startedAt", fault`;

/** Who begins, finishes and gives up takes turns. */
const beginChange = "begin; select pg_advisory_xact_lock(hashtextextended('generation', 0))";

export class PostgresGenerationStore extends GenerationStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override list(): Promise<readonly Generation[]> {
    return this.#read(`select ${columns} from generation order by id`);
  }

  override begin(engine: EngineName): Promise<Generation> {
    return inTransaction(this.#pool, beginChange, async (client) => {
      const [known] = await read(
        client,
        `select ${columns} from generation where state = 'filling'`,
      );
      if (known?.engine === engine) return known;
      await retire(client, 'filling');
      const [begun] = await read(
        client,
        `insert into generation (engine, state, started_at) values ($1, 'filling', now()) returning ${columns}`,
        [engine],
      );
      if (begun === undefined) throw new Error('PostgreSQL gave no row back');
      return begun;
    });
  }

  override async advance(
    id: number,
    { spaceId, type, cursor }: FillPosition,
    entitiesRead: number,
  ): Promise<boolean> {
    const advanced = await this.#read(
      `update generation set space_id = $2, type = $3, cursor = $4, entities_read = entities_read + $5, fault = ''
       where id = $1 and state = 'filling' returning ${columns}`,
      [id, spaceId, type, cursor, entitiesRead],
    );
    return advanced.length > 0;
  }

  override async hold(id: number, fault: string): Promise<void> {
    await this.#read(`update generation set fault = $2 where id = $1 returning ${columns}`, [
      id,
      fault,
    ]);
  }

  override finish(id: number): Promise<boolean> {
    return inTransaction(this.#pool, beginChange, async (client) => {
      const own = `from generation where id = $1 and state = 'filling'`;
      if ((await read(client, `select ${columns} ${own}`, [id])).length === 0) return false;
      await retire(client, 'live');
      await client.query(`update generation set state = 'live', fault = '' where id = $1`, [id]);
      return true;
    });
  }

  override cancel(): Promise<boolean> {
    return inTransaction(this.#pool, beginChange, (client) => retire(client, 'filling'));
  }

  override listRetired(forMs: number): Promise<readonly Generation[]> {
    return this.#read(
      `select ${columns} from generation
       where state = 'retired' and retired_at <= now() - make_interval(secs => $1 / 1000.0) order by id`,
      [forMs],
    );
  }

  override async remove(id: number): Promise<void> {
    await this.#read(`delete from generation where id = $1 returning ${columns}`, [id]);
  }

  #read(text: string, values: unknown[] = []): Promise<Generation[]> {
    return inTransaction(this.#pool, 'begin', (client) => read(client, text, values));
  }
}

async function retire(client: PoolClient, state: 'filling' | 'live'): Promise<boolean> {
  const { rowCount } = await client.query(
    `update generation set state = 'retired', retired_at = now() where state = $1`,
    [state],
  );
  return (rowCount ?? 0) > 0;
}

async function read(
  client: PoolClient,
  text: string,
  values: unknown[] = [],
): Promise<Generation[]> {
  const { rows } = await client.query<Row>(text, values);
  return rows.map(({ spaceId, type, cursor, startedAt, ...row }) => ({
    ...row,
    position: { spaceId, type, cursor },
    startedAt: startedAt ?? undefined,
  }));
}
