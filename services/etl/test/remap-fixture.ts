import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { ListStoredRawRequestSchema, RunKind } from '@made-open/contracts';
import type { MessageContext } from '@made-open/nest';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { RemapConsumer } from '../src/remap/remap.consumer.ts';
import {
  begin,
  EtlFixture,
  persons,
  records,
  type Content,
  type Person,
  type TestConnection,
} from './etl-fixture.ts';

export const contextOf = (plugin: string): MessageContext => ({
  subject: '',
  parameters: [plugin] as unknown as MessageContext['parameters'],
  headers: new Map(),
  deliveryCount: 1,
  ageMs: 0,
  working: () => undefined,
});
export const own = contextOf('com_example_a');
export const remap = { kind: RunKind.REMAP };

export const withRaw = (list: readonly Person[]): Person[] =>
  list.map((person) => ({ ...person, raw: `{"id":"${person.id}","n": 1.0}` }));
export const checkpoint = (state: unknown): Content =>
  records([{ kind: 'checkpoint' }], [JSON.stringify({ state, partial: false })]);

/** etl with what a remap asks of it. */
export class RemapFixture {
  readonly etl: EtlFixture;
  readonly #consumer: RemapConsumer;

  private constructor(etl: EtlFixture) {
    this.etl = etl;
    this.#consumer = new RemapConsumer(new ConnectionStore(etl.pool), etl.pool);
  }

  static async start(): Promise<RemapFixture> {
    return new RemapFixture(await EtlFixture.start());
  }

  async stop(): Promise<void> {
    await this.etl.stop();
  }

  /** A connection whose persons came with raw, and whose remap is under way. */
  async begun(people: readonly Person[]): Promise<TestConnection> {
    const connection = await this.etl.connection();
    await connection.run(1, [persons(people)]);
    await connection.send([2, 1, 0], begin, remap);
    return connection;
  }

  /** A page, for the attempt that `begun` began unless another one asks. */
  list(
    { id }: TestConnection,
    request: MessageInitShape<typeof ListStoredRawRequestSchema> = {},
    context = own,
  ) {
    return this.#consumer.list(
      create(ListStoredRawRequestSchema, {
        connectionId: id,
        runId: 'run-2',
        epoch: 2,
        attempt: 1,
        ...request,
      }),
      context,
    );
  }

  /** Pages to the last. */
  async pages(
    connection: TestConnection,
    request: MessageInitShape<typeof ListStoredRawRequestSchema> = {},
  ) {
    const pages = [];
    let cursor = '';
    do {
      const page = await this.list(connection, { ...request, cursor });
      pages.push(page);
      cursor = page.nextCursor ?? '';
    } while (cursor !== '');
    return pages;
  }

  async names({ id }: TestConnection): Promise<string[]> {
    const rows = await this.etl.rows<{ display_name: string }>(
      `select display_name from person
       where connection_key = (select key from connection where id = $1) order by external_id`,
      [id],
    );
    return rows.map(({ display_name: name }) => name);
  }
}
