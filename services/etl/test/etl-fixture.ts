import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  ConnectionChangedSchema,
  ConnectionState,
  ItemFrameSchema,
  RunKind,
  RunOutcome,
} from '@made-open/contracts';
import { connectDatabase, migrate, type DatabaseOptions } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import type { Pool } from 'pg';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { defaultFileLimits } from '../src/files/file-limits.ts';
import { MemoryFileObjects } from '../src/files/memory-file-objects.ts';
import { RemoveFiles } from '../src/files/remove-files.ts';
import { ItemLane, type FrameOutcome } from '../src/items/item-lane.ts';
import { readFrame } from '../src/items/read-frame.ts';
import { migrations } from '../src/schema/migrations.ts';

export type Content = NonNullable<MessageInitShape<typeof ItemFrameSchema>['content']>;

interface Change {
  readonly connectionId?: string;
  readonly pluginId?: string;
  readonly spaceId?: string;
  readonly generation?: number;
  readonly grants?: string[];
  readonly state?: ConnectionState;
  readonly mappingVersion?: number;
  readonly pluginType?: string;
  readonly channelJson?: string;
}

interface Sent {
  readonly lane?: number;
  readonly runId?: string;
  readonly plugin?: string;
  readonly kind?: RunKind;
}

export interface Person {
  readonly id: string;
  readonly name?: unknown;
  readonly raw?: string;
  readonly data?: string;
}

export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly entity?: {
      readonly entity_id: string;
      readonly external_id: string;
      readonly version: number;
      readonly caused_by?: readonly string[];
    };
    readonly person?: Record<string, unknown>;
    readonly payload?: unknown;
    readonly end?: { readonly outcome?: string; readonly error?: { readonly code: string } };
  };
}

export const begin: Content = {
  case: 'begin',
  value: { pluginVersion: '1.0.0', slice: 1, trigger: 'manual' },
};
/** Of a run whose checkpoints have this form. */
export const beginOf = (checkpointVersion: number): Content => ({
  case: 'begin',
  value: { pluginVersion: '1.0.0', slice: 1, trigger: 'manual', checkpointVersion },
});
export const end = (fullPass = true, outcome: RunOutcome = RunOutcome.COMPLETED): Content => ({
  case: 'end',
  value: { outcome, fullPass },
});

/** A records frame from sections and lines. */
export function records(sections: readonly object[], lines: readonly (string | Buffer)[]): Content {
  const parts = [JSON.stringify({ v: 1, sections }), ...lines].map((line) => Buffer.from(line));
  const newLine = Buffer.from('\n');
  return { case: 'records', value: Buffer.concat(parts.flatMap((part) => [part, newLine])) };
}

/** Persons to write, ids to delete, more sections. */
export function persons(
  list: readonly Person[],
  {
    gone = [],
    sections = [],
    lines = [],
  }: { gone?: string[]; sections?: object[]; lines?: string[] } = {},
): Content {
  return records(
    [
      { kind: 'item', type: 'person', ids: list.map(({ id }) => id) },
      { kind: 'delete', type: 'person', ids: gone },
      ...sections,
    ],
    [
      ...list.map(
        ({ id, name, raw, data }) =>
          `${data ?? JSON.stringify({ display_name: name ?? id })}\t${raw ?? '{}'}`,
      ),
      ...lines,
    ],
  );
}

/** Items that the sandbox refused, each with an id or without. */
export const refusedItems = (...ids: string[]): Content =>
  records(
    [
      {
        kind: 'refused',
        type: 'person',
        ids,
        reasons: ids.map((id, index) => `wrong ${id || index}`),
        sizes: ids.map(() => 300_000),
      },
    ],
    [],
  );

export const many = (count: number, name = 'Person', from = 0): Person[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `p${from + index}`,
    name: `${name} ${from + index}`,
  }));

export const countsOf = (outcome: FrameOutcome) => outcome.answer?.counts;

/** etl's database with lanes on it, and short ways to send frames. */
export class EtlFixture {
  readonly platform: TestPlatform;
  readonly database: DatabaseOptions;
  readonly pool: Pool;
  readonly lanes: readonly ItemLane[];
  readonly objects = new MemoryFileObjects();
  readonly files: RemoveFiles;
  #connections = 0;

  private constructor(platform: TestPlatform, database: DatabaseOptions) {
    this.platform = platform;
    this.database = database;
    this.pool = connectDatabase(database).pool;
    this.files = new RemoveFiles({
      pool: this.pool,
      objects: this.objects,
      limits: defaultFileLimits,
      onError: (error) => expect(error).toBeUndefined(),
    });
    const options = { database, onCommitted: () => undefined };
    this.lanes = [new ItemLane(options), new ItemLane(options)];
  }

  static async start(): Promise<EtlFixture> {
    const platform = await TestPlatform.start();
    const database = await platform.database('etl');
    await migrate(database, migrations);
    return new EtlFixture(platform, database);
  }

  async stop(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
    await this.pool.end();
    await this.platform.stop();
  }

  async rows<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T & Record<string, unknown>>(text, values)).rows;
  }

  async connection(change: Change = {}): Promise<TestConnection> {
    const connection = new TestConnection(this, change.connectionId ?? `c${++this.#connections}`);
    await connection.change({ generation: 1, ...change });
    return connection;
  }
}

/** One connection of `com.example.a` and its frames. */
export class TestConnection {
  readonly id: string;
  readonly #fixture: EtlFixture;

  constructor(fixture: EtlFixture, id: string) {
    this.#fixture = fixture;
    this.id = id;
  }

  async change(change: Change): Promise<void> {
    await new ConnectionStore(this.#fixture.pool).apply(
      create(ConnectionChangedSchema, {
        connectionId: this.id,
        spaceId: 'default',
        pluginId: 'com.example.a',
        grants: ['data:write:persons', 'event:publish:connector.*', 'event:publish:data.*'],
        state: ConnectionState.ACTIVE,
        mappingVersion: 1,
        ...change,
      }),
    );
  }

  send(
    [epoch, attempt, frame]: [number, number, number],
    content: Content,
    { lane = 0, runId = `run-${epoch}`, plugin = 'com_example_a', kind }: Sent = {},
  ): Promise<FrameOutcome> {
    const data = toBinary(
      ItemFrameSchema,
      create(ItemFrameSchema, {
        runId,
        epoch,
        attempt,
        frame,
        content,
        kind: kind ?? RunKind.SYNC,
      }),
    );
    const [first] = this.#fixture.lanes;
    const target = this.#fixture.lanes[lane] ?? first;
    if (target === undefined) throw new Error('no lane');
    return target.handle(readFrame(`items.0.${plugin}.${this.id}`, data));
  }

  /** The only frame of an invocation. */
  invoke(
    invocationId: string,
    content: Content,
    { attempt = 1, ...sent }: Sent & { attempt?: number } = {},
  ): Promise<FrameOutcome> {
    return this.send([0, attempt, 0], content, {
      ...sent,
      runId: invocationId,
      kind: RunKind.INVOCATION,
    });
  }

  /** A whole run of records frames. */
  async run(epoch: number, frames: readonly Content[], last = end()): Promise<FrameOutcome> {
    await this.send([epoch, 1, 0], begin);
    for (const [index, frame] of frames.entries()) await this.send([epoch, 1, index + 1], frame);
    return this.send([epoch, 1, frames.length + 1], last);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.#fixture.rows<{ n: number }>(
      `select count(*)::int as n from ${table} where connection_key = (select key from connection where id = $1)`,
      [this.id],
    );
    return row?.n ?? 0;
  }

  async events(type?: string): Promise<StoredEvent[]> {
    const rows = await this.#fixture.rows<{ payload: string }>(
      'select payload from outbox where payload like $1 order by id',
      [`%"${this.id}"%`],
    );
    const events = rows.flatMap(({ payload }) => JSON.parse(payload) as StoredEvent[]);
    return type === undefined ? events : events.filter((event) => event.type === type);
  }

  async quarantine(): Promise<
    { id: string; type: string; external_id: string; reason: string; record: Buffer | null }[]
  > {
    return this.#fixture.rows(
      `select id, type, external_id, reason, record from quarantine
       where connection_key = (select key from connection where id = $1) order by type, external_id`,
      [this.id],
    );
  }
}
