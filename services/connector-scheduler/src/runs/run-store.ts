import { create, fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import {
  RunCountsSchema,
  RunErrorSchema,
  RunSchema,
  RunState,
  RunUsageSchema,
  type Run,
  type RunEnd,
  type RunRecorded,
} from '@made-open/contracts';
import { uuidv7 } from 'uuidv7';
import type { Pool, PoolClient } from 'pg';
import { SyncRefusedError } from '../errors.ts';
import { nextStep } from './next-state.ts';
import {
  appendCompleted,
  appendFailed,
  appendRunSync,
  appendStarted,
  type RunOrigin,
} from './run-outbox.ts';

interface RunRow {
  id: string;
  connection_id: string;
  space_id: string;
  plugin_id: string;
  state: RunState;
  trigger: string;
  epoch: string;
  attempt: number;
  slice: number;
  retries: number;
  queued_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  counts: JsonValue | null;
  usage: JsonValue | null;
  error: JsonValue | null;
  sweep_held: boolean;
}

const openStates: readonly RunState[] = [RunState.QUEUED, RunState.RUNNING, RunState.PARKED];
/** Longer than any run may go without a word: 60 minutes and its redelivery. */
const lostAfterMinutes = 75;

/** Runs and what they lead to; every change is one transaction with its messages. */
export class RunStore {
  readonly #pool: Pool;
  readonly #onWritten: () => void;

  constructor(pool: Pool, onWritten: () => void) {
    this.#pool = pool;
    this.#onWritten = onWritten;
  }

  /** Opens a run unless one is open; gives the open one then. */
  async request(
    connectionId: string,
    trigger: string,
  ): Promise<{ run: Run; alreadyRunning: boolean }> {
    return this.#transaction(async (client) => {
      const { rows } = await client.query<{
        space_id: string;
        plugin_id: string;
        is_active: boolean;
      }>(
        'select space_id, plugin_id, is_active from schedule where connection_id = $1 for update',
        [connectionId],
      );
      const [schedule] = rows;
      if (schedule === undefined || !schedule.is_active) throw new SyncRefusedError(connectionId);
      const open = await client.query<RunRow>(
        'select * from run where connection_id = $1 and state = any($2::int[])',
        [connectionId, openStates],
      );
      const [running] = open.rows;
      if (running !== undefined) return { run: runOf(running), alreadyRunning: true };
      return {
        run: await openRun(client, {
          connectionId,
          trigger,
          spaceId: schedule.space_id,
          pluginId: schedule.plugin_id,
        }),
        alreadyRunning: false,
      };
    });
  }

  async list(
    connectionId: string,
    limit: number,
    cursor: string,
  ): Promise<{ runs: Run[]; nextCursor: string }> {
    const { rows } = await this.#pool.query<RunRow>(
      "select * from run where connection_id = $1 and ($2 = '' or id::text < $2) order by id desc limit $3",
      [connectionId, cursor, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      runs: page.map(runOf),
      nextCursor: rows.length > limit ? (page.at(-1)?.id ?? '') : '',
    };
  }

  async get(runId: string): Promise<Run | undefined> {
    const { rows } = await this.#pool.query<RunRow>('select * from run where id::text = $1', [
      runId,
    ]);
    return rows[0] === undefined ? undefined : runOf(rows[0]);
  }

  /** Takes what etl recorded; repeated and outdated records change nothing. */
  async record(recorded: RunRecorded): Promise<void> {
    await this.#transaction(async (client) => {
      const { rows } = await client.query<RunRow>(
        'select * from run where id::text = $1 for update',
        [recorded.runId],
      );
      const [row] = rows;
      if (
        row === undefined ||
        !openStates.includes(row.state) ||
        Number(row.epoch) !== recorded.epoch ||
        recorded.attempt < row.attempt
      )
        return;
      if (recorded.content.case === 'begin') await begin(client, row, recorded.attempt);
      if (recorded.content.case === 'end')
        await end(client, row, { recorded, end: recorded.content.value });
    });
  }

  /** Sends runs that wait for their time, and those whose command was lost; gives how many. */
  async resume(): Promise<number> {
    return this.#transaction(async (client) => {
      const { rows } = await client.query<RunRow>(
        `select * from run where (state = $1 and resume_at <= now()) or (state in ($2, $3) and touched_at < now() - $4 * interval '1 minute')
         order by id limit 50 for update skip locked`,
        [RunState.PARKED, RunState.QUEUED, RunState.RUNNING, lostAfterMinutes],
      );
      for (const row of rows) await send(client, row, row.slice);
      return rows.length;
    });
  }

  async #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      this.#onWritten();
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }
}

async function openRun(
  client: PoolClient,
  given: { connectionId: string; trigger: string; spaceId: string; pluginId: string },
): Promise<Run> {
  const { connectionId, trigger, spaceId, pluginId } = given;
  const runId = uuidv7();
  const { rows } = await client.query<RunRow>(
    `insert into run (id, connection_id, space_id, plugin_id, state, trigger, epoch) values ($1, $2, $3, $4, $5, $6, nextval('epoch')) returning *`,
    [runId, connectionId, spaceId, pluginId, RunState.QUEUED, trigger],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the run was not written');
  await appendRunSync(client, originOf(row), { epoch: Number(row.epoch), slice: 1, trigger });
  return runOf(row);
}

/** Continues a run with a new epoch, so that frames of what went before no longer count. */
async function send(client: PoolClient, row: RunRow, slice: number): Promise<void> {
  const { rows } = await client.query<{ epoch: string }>(
    `update run set state = $2, epoch = nextval('epoch'), attempt = 0, slice = $3, resume_at = null, touched_at = now() where id = $1 returning epoch`,
    [row.id, RunState.QUEUED, slice],
  );
  await appendRunSync(client, originOf(row), {
    epoch: Number(rows[0]?.epoch),
    slice,
    trigger: row.trigger,
  });
}

async function begin(client: PoolClient, row: RunRow, attempt: number): Promise<void> {
  await client.query(
    'update run set state = $2, attempt = $3, started_at = coalesce(started_at, now()), touched_at = now() where id = $1',
    [row.id, RunState.RUNNING, attempt],
  );
  if (row.started_at === null) await appendStarted(client, originOf(row), row.trigger);
}

async function end(
  client: PoolClient,
  row: RunRow,
  { recorded, end: ended }: { recorded: RunRecorded; end: RunEnd },
): Promise<void> {
  await saveResult(client, row, { recorded, end: ended });
  const step = nextStep(ended, row.retries);
  if (step.kind === 'slice') return send(client, row, row.slice + 1);
  if (step.kind === 'later') {
    await client.query(
      `update run set state = $2, retries = retries + $3, resume_at = now() + $4 * interval '1 millisecond' where id = $1`,
      [row.id, RunState.PARKED, step.isRetry ? 1 : 0, step.afterMs],
    );
    return undefined;
  }
  return finish(client, row, { recorded, end: ended, state: step.state });
}

async function saveResult(
  client: PoolClient,
  row: RunRow,
  { recorded, end: ended }: { recorded: RunRecorded; end: RunEnd },
): Promise<void> {
  const counts =
    recorded.counts === undefined
      ? null
      : toJson(RunCountsSchema, recorded.counts, {
          useProtoFieldName: true,
          alwaysEmitImplicit: true,
        });
  const usage =
    ended.usage === undefined
      ? null
      : toJson(RunUsageSchema, ended.usage, { useProtoFieldName: true });
  const error =
    ended.error === undefined
      ? null
      : toJson(RunErrorSchema, ended.error, { useProtoFieldName: true });
  await client.query(
    'update run set attempt = $2, counts = $3, usage = $4, error = $5, sweep_held = $6, touched_at = now() where id = $1',
    [
      row.id,
      recorded.attempt,
      JSON.stringify(counts),
      JSON.stringify(usage),
      JSON.stringify(error),
      recorded.sweepHeld,
    ],
  );
}

async function finish(
  client: PoolClient,
  row: RunRow,
  { recorded, end: ended, state }: { recorded: RunRecorded; end: RunEnd; state: RunState },
): Promise<void> {
  await client.query('update run set state = $2, finished_at = now() where id = $1', [
    row.id,
    state,
  ]);
  const result = {
    ...originOf(row),
    ...(recorded.counts === undefined ? {} : { counts: recorded.counts }),
  };
  if (state === RunState.COMPLETED) {
    await client.query('update schedule set last_success_at = now() where connection_id = $1', [
      row.connection_id,
    ]);
    return appendCompleted(client, { ...result, sweepHeld: recorded.sweepHeld });
  }
  return appendFailed(client, {
    ...result,
    ...(ended.error === undefined ? {} : { error: ended.error }),
  });
}

function originOf(row: RunRow): RunOrigin {
  return {
    runId: row.id,
    connectionId: row.connection_id,
    pluginId: row.plugin_id,
    spaceId: row.space_id,
  };
}

function runOf(row: RunRow): Run {
  const { runId, connectionId, pluginId, spaceId } = originOf(row);
  return create(RunSchema, {
    runId,
    connectionId,
    pluginId,
    spaceId,
    state: row.state,
    trigger: row.trigger,
    epoch: Number(row.epoch),
    attempt: row.attempt,
    slice: row.slice,
    queuedAt: row.queued_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? '',
    finishedAt: row.finished_at?.toISOString() ?? '',
    sweepHeld: row.sweep_held,
    ...(row.counts === null ? {} : { counts: fromJson(RunCountsSchema, row.counts) }),
    ...(row.usage === null ? {} : { usage: fromJson(RunUsageSchema, row.usage) }),
    ...(row.error === null ? {} : { error: fromJson(RunErrorSchema, row.error) }),
  });
}
