import { entityModels } from '../src/entities/entity-model.ts';
import { EntityReader } from '../src/entities/entity-reader.ts';
import { entityStatements } from '../src/entities/entity-statements.ts';
import { listStatement } from '../src/entities/list-statement.ts';
import { EtlFixture } from './etl-fixture.ts';

describe('plans of the statements that every frame runs', () => {
  let etl: EtlFixture;

  beforeAll(async () => {
    etl = await EtlFixture.start();
  });
  afterAll(async () => {
    await etl?.stop();
  });

  it.each(['person', 'message', 'calendar_event', 'document'] as const)(
    'probes the index of an un-analysed table: %s',
    async (table) => {
      const client = await etl.pool.connect();
      const { check, delete: remove } = entityStatements[table];
      const probes: [string, string, string][] = [
        [check.text, 'int, text[], int8[]', `1, array['a'], array[1]`],
        [remove.text, 'int, text[]', `1, array['a']`],
      ];
      const plans = async (): Promise<string[]> => {
        const texts: string[] = [];
        for (const [text, types, args] of probes) {
          await client.query(`prepare probe (${types}) as ${text}`);
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(
            `explain execute probe (${args})`,
          );
          await client.query('deallocate probe');
          texts.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        }
        return texts;
      };
      try {
        await client.query(`truncate ${table} cascade`);
        await client.query('set plan_cache_mode = force_generic_plan; set enable_seqscan = off');
        // A plan that was made for the empty table stays in use while the table grows.
        const empty = await plans();
        await client.query('set enable_seqscan = on');
        await client.query(`insert into ${table} (id, connection_key, external_id, version, hash, raw, created_at, updated_at)
          select gen_random_uuid(), 1, 'bulk' || n, 1, n, '{}', now(), now() from generate_series(1, 50000) n`);
        for (const plan of [...empty, ...(await plans())]) {
          expect(plan).toContain(`${table}_connection_key_external_id_key`);
          expect(plan).toMatch(/Index Cond: \(\(connection_key = \$1\) AND \(external_id = /u);
          expect(plan).not.toContain('Seq Scan');
        }
      } finally {
        await client.query(`truncate ${table} cascade`);
        client.release();
      }
    },
  );

  it.each([{}, { orderBy: 'sent_at', descending: true }])(
    'finds the messages of a thread by its index, ordered by %j',
    async (order) => {
      const spaceId = `threads-${JSON.stringify(order)}`;
      const connection = await etl.connection({ spaceId });
      await etl.rows(
        `insert into message (id, connection_key, external_id, version, hash, raw, created_at, updated_at, thread_id, sent_at)
         select gen_random_uuid(), c.key, n::text, 1, n, '{}', now(), now() + n * interval '1 ms', 't' || n % 5000, now()
         from connection c, generate_series(1, 50000) n where c.id = $1`,
        [connection.id],
      );
      const query = { spaceId, limit: 50, where: { thread_id: 't7' }, ...order };
      const { text, values } = listStatement(entityModels.message, query);
      const plan = async (): Promise<string> => {
        const rows = await etl.rows<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values]);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      expect(await plan()).toMatch(/Index Scan (?:using|on) message_thread/u);
      await etl.rows('analyze message');
      expect(await plan()).toMatch(/Index Scan (?:using|on) message_thread/u);
      const { entities } = await new EntityReader(etl.pool).list(entityModels.message, query);
      expect(entities).toHaveLength(10);
    },
  );
});
