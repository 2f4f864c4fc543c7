import { eventually } from '@made-open/testing';
import type { Kysely } from 'kysely';
import {
  appendOutbox,
  appendOutboxRows,
  connectDatabase,
  createOutbox,
  migrate,
  OutboxRelay,
  type Database,
  type DatabaseOptions,
  type OutboxRow,
  type OutboxTable,
} from '../src/index.ts';
import { TestDatabase } from './test-database.ts';

interface Schema {
  outbox: OutboxTable;
}

/** A stream that drops a message id it has seen, as JetStream does, and can be away. */
class Stream {
  readonly stored: OutboxRow[] = [];
  readonly #ids = new Set<string>();
  refused = 0;
  isAway = false;
  /** Called before a message is stored. */
  before: (row: OutboxRow) => Promise<void> = () => Promise.resolve();

  #tail: Promise<void> = Promise.resolve();

  /** One after another, as over one connection. */
  readonly publish = (row: OutboxRow): Promise<void> => {
    const stored = this.#tail.then(() => this.#store(row));
    this.#tail = stored.catch(() => undefined);
    return stored;
  };

  async #store(row: OutboxRow): Promise<void> {
    await this.before(row);
    if (this.isAway) {
      this.refused++;
      throw new Error('NATS is away');
    }
    if (this.#ids.has(row.messageId)) return;
    this.#ids.add(row.messageId);
    this.stored.push(row);
  }

  get payloads(): string[] {
    return this.stored.map(({ payload }) => payload);
  }
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

describe('OutboxRelay', () => {
  let postgres: TestDatabase;
  let options: DatabaseOptions;
  let database: Database<Schema>;
  let stream: Stream;
  let schemas = 0;
  const relays: OutboxRelay[] = [];

  beforeAll(async () => {
    postgres = await TestDatabase.start();
  });
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    options = await postgres.schema(`relayed-${String(++schemas)}`);
    await migrate(options, {
      '0001-outbox': { up: (db: Kysely<unknown>) => createOutbox(db) },
    });
    database = connectDatabase<Schema>(options);
    stream = new Stream();
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    await database.close();
  });

  function startRelay(publish = stream.publish, batchSize?: number): OutboxRelay {
    const relay = new OutboxRelay({
      database: options,
      publish,
      ...(batchSize === undefined ? {} : { batchSize }),
    });
    relays.push(relay);
    relay.start();
    return relay;
  }

  async function append(payloads: readonly string[]): Promise<void> {
    const messages = payloads.map((payload) => ({ subject: 'data.PersonCreated', payload }));
    await database.db.transaction().execute((trx) => appendOutbox(trx, messages));
  }

  async function waiting(): Promise<number> {
    const { rows } = await database.pool.query<{ count: string }>('select count(*) from outbox');
    return Number(rows[0]?.count);
  }

  const allPublished = (count: number): Promise<void> =>
    eventually(async () => {
      expect(stream.stored).toHaveLength(count);
      expect(await waiting()).toBe(0);
    });

  it('publishes what was there before it started, and what comes later, in order', async () => {
    await append(numbers(0, 10));
    const relay = startRelay();
    await allPublished(10);
    await append(numbers(10, 20));
    relay.kick();
    await allPublished(20);
    expect(stream.payloads).toEqual(numbers(0, 20));
  });

  it('finds rows without being told', async () => {
    startRelay();
    await append(['untold']);
    await allPublished(1);
  });

  it('gives each message an id that names the schema and the row', async () => {
    await append(['a', 'b']);
    startRelay();
    await allPublished(2);
    expect(stream.stored.map(({ messageId }) => messageId)).toEqual(
      stream.stored.map(({ id }) => `${options.schema}-${id}`),
    );
  });

  it('publishes nothing of a transaction that is rolled back', async () => {
    startRelay();
    const failed = database.db.transaction().execute(async (trx) => {
      await appendOutbox(trx, [{ subject: 'data.PersonCreated', payload: 'never' }]);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    await append(['kept']);
    await allPublished(1);
    expect(stream.payloads).toEqual(['kept']);
  });

  it('takes messages of a transaction that was begun without Kysely', async () => {
    startRelay();
    const client = await database.pool.connect();
    try {
      const at = (payload: string) => ({ subject: 'data.PersonCreated', payload });
      await client.query('begin');
      await appendOutboxRows(client, [at('never')]);
      await client.query('rollback');
      await client.query('begin');
      await appendOutboxRows(client, [at('a'), at('b')]);
      await client.query('commit');
    } finally {
      client.release();
    }
    await allPublished(2);
    expect(stream.payloads).toEqual(['a', 'b']);
  });

  it('works off a backlog of 20,000 in order', async () => {
    for (let from = 0; from < 20_000; from += 5000) await append(numbers(from, from + 5000));
    startRelay();
    await allPublished(20_000);
    expect(stream.payloads).toEqual(numbers(0, 20_000));
  });

  it('keeps everything while the stream is away, and goes on in order when it is back', async () => {
    stream.isAway = true;
    await append(numbers(0, 200));
    startRelay();
    await eventually(() => expect(stream.refused).toBeGreaterThan(1));
    expect(await waiting()).toBe(200);
    stream.isAway = false;
    await allPublished(200);
    expect(stream.payloads).toEqual(numbers(0, 200));
  });

  it('sends what follows a refused message again, with the same ids, so that the stream has each once', async () => {
    let refusals = 1;
    const seen: string[] = [];
    stream.before = async ({ payload }) => {
      seen.push(payload);
      if (payload === '3' && refusals-- > 0) throw new Error('refused once');
    };
    await append(numbers(0, 8));
    startRelay();
    await allPublished(8);
    expect(seen.filter((payload) => payload === '3')).toHaveLength(2);
    expect(seen.filter((payload) => payload === '7')).toHaveLength(2);
    expect(seen.filter((payload) => payload === '0')).toHaveLength(1);
    expect(new Set(stream.payloads).size).toBe(8);
  });

  it('moves aside what can never be published, and goes on with what is behind it', async () => {
    const tooLarge = Object.assign(new Error('the message has too many bytes'), { retry: 'never' });
    stream.before = ({ payload }) =>
      payload === '3' ? Promise.reject(tooLarge) : Promise.resolve();
    const errors: unknown[] = [];
    await append(numbers(0, 8));
    const relay = new OutboxRelay({
      database: options,
      publish: stream.publish,
      onError: (error) => errors.push(error),
    });
    relays.push(relay);
    relay.start();
    await allPublished(7);
    expect(stream.payloads).toEqual(numbers(0, 8).filter((payload) => payload !== '3'));
    const { rows } = await database.pool.query(
      'select subject, payload, reason from outbox_refused',
    );
    expect(rows).toEqual([
      { subject: 'data.PersonCreated', payload: '3', reason: 'the message has too many bytes' },
    ]);
    expect(errors).toEqual([
      expect.objectContaining({ code: 'postgres.outbox_refused', cause: tooLarge }),
    ]);
  });

  it('lets one relay at a time publish, and another take over when it ends', async () => {
    let inFlight = 0;
    let together = 0;
    const by = new Map<string, number>();
    const publisher = (name: string) => async (row: OutboxRow) => {
      inFlight++;
      if (new Set([...by.keys(), name]).size > 1 && inFlight > 1) together++;
      await stream.publish(row);
      by.set(name, (by.get(name) ?? 0) + 1);
      inFlight--;
    };
    const first = startRelay(publisher('first'), 1);
    await append(numbers(0, 5));
    first.kick();
    await allPublished(5);
    const second = startRelay(publisher('second'), 1);
    await append(numbers(5, 50));
    for (const relay of [first, second]) relay.kick();
    await allPublished(50);
    expect([...by.keys()]).toEqual(['first']);
    await first.stop();
    await append(numbers(50, 60));
    await allPublished(60);
    expect(by.get('second')).toBe(10);
    expect(together).toBe(0);
    expect(stream.payloads).toEqual(numbers(0, 60));
  });

  it('loses and doubles nothing when its connection is cut in the middle', async () => {
    await append(numbers(0, 500));
    const cut = new Set(['100', '250']);
    stream.before = async ({ payload }) => {
      if (!cut.delete(payload)) return;
      const admin = await postgres.server.connect();
      await admin.query(
        `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted`,
      );
      await admin.end();
    };
    startRelay();
    await allPublished(500);
    expect(cut.size).toBe(0);
    expect(stream.payloads).toEqual(numbers(0, 500));
  });

  it('loses and doubles nothing when it is stopped in the middle and another process goes on', async () => {
    await append(numbers(0, 300));
    const reached = Promise.withResolvers<void>();
    stream.before = ({ payload }) => {
      if (payload === '70') reached.resolve();
      return Promise.resolve();
    };
    const first = startRelay();
    await reached.promise;
    await first.stop();
    expect(await waiting()).toBe(300 - stream.stored.length);
    startRelay();
    await allPublished(300);
    expect(stream.payloads).toEqual(numbers(0, 300));
  });

  it('publishes a row again that the stream stored but the database did not forget', async () => {
    await append(['stored before the crash']);
    const { rows } = await database.pool.query<{ id: string }>('select id from outbox');
    const id = rows[0]?.id ?? '';
    await stream.publish({
      id,
      messageId: `${options.schema}-${id}`,
      subject: 'data.PersonCreated',
      payload: 'stored before the crash',
    });
    startRelay();
    await allPublished(1);
  });
});
