import { create } from '@bufbuild/protobuf';
import { ErasePersonRequestSchema } from '@made-open/contracts';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { EraseConnection } from '../src/erasure/erase-connection.ts';
import { ErasePerson } from '../src/erasure/erase-person.ts';
import { ExportSources } from '../src/export/export-data.ts';
import { ErasureConsumer } from '../src/erasure/erasure.consumer.ts';
import { LinkPeople } from '../src/people/link-people.ts';
import { EtlFixture, persons, records, type Content, type TestConnection } from './etl-fixture.ts';

const nothing = (): void => undefined;

/** A contact named Ada, and ways to remove her. */
export class AdaFixture {
  readonly etl: EtlFixture;
  readonly consumer: ErasureConsumer;
  readonly linker: LinkPeople;

  private constructor(etl: EtlFixture) {
    this.etl = etl;
    this.consumer = new ErasureConsumer(
      new ConnectionStore(etl.pool),
      new EraseConnection(etl.database, etl.files, nothing),
      new ErasePerson({
        database: etl.database,
        pool: etl.pool,
        files: etl.files,
        onCommitted: nothing,
      }),
      new ExportSources(etl.pool, etl.objects),
    );
    this.linker = new LinkPeople({ database: etl.database, pool: etl.pool, onError: nothing });
  }

  static async start(): Promise<AdaFixture> {
    return new AdaFixture(await EtlFixture.start());
  }

  connection(spaceId: string): Promise<TestConnection> {
    const grants = ['persons', 'messages', 'events', 'documents'].map(
      (table) => `data:write:${table}`,
    );
    return this.etl.connection({ spaceId, grants });
  }

  async entityOf(spaceId: string, name: string): Promise<string> {
    const [row] = await this.etl.rows<{ id: string }>(
      `select e.id from person e join connection c on c.key = e.connection_key
       where c.space_id = $1 and e.external_id = $2`,
      [spaceId, name],
    );
    return row?.id ?? '';
  }

  async erase(spaceId: string, name: string, withMentions: boolean): Promise<number> {
    const personId = await this.entityOf(spaceId, name);
    let erased = 0;
    for (let step = 0; step < 10; step++) {
      const request = { spaceId, personId, withMentions };
      const answer = await this.consumer.erasePerson(create(ErasePersonRequestSchema, request));
      erased += answer.erased;
      if (answer.done) return erased;
    }
    throw new Error('it does not end');
  }

  /** With the fence of a connection locked, as by a frame that takes long. */
  async whileWritten<T>({ id }: TestConnection, work: () => Promise<T>): Promise<T> {
    const writer = await this.etl.pool.connect();
    try {
      await writer.query('begin');
      await writer.query(
        'select from run_fence where connection_key = (select key from connection where id = $1) for update',
        [id],
      );
      return await work();
    } finally {
      await writer.query('rollback');
      writer.release();
    }
  }

  async idsOf({ id }: TestConnection, table: string): Promise<string[]> {
    const rows = await this.etl.rows<{ external_id: string }>(
      `select external_id from ${table} where connection_key = (select key from connection where id = $1) order by 1`,
      [id],
    );
    return rows.map((row) => row.external_id);
  }
}

export const ada = (change: object = {}): string =>
  JSON.stringify({
    display_name: 'Ada',
    verified_emails: ['ada@x.org'],
    phones: ['+49301234'],
    ...change,
  });

export const contacts = (): Content =>
  persons([
    { id: 'ada@x.org', data: ada(), raw: '{"secret":"Ada"}' },
    { id: 'bob', name: 'Bob' },
  ]);

export const items = (type: string, rows: readonly (readonly [string, object])[]): Content =>
  records(
    [{ kind: 'item', type, ids: rows.map(([id]) => id) }],
    rows.map(([, data]) => `${JSON.stringify(data)}\t{}`),
  );
