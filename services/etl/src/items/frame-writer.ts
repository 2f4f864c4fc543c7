import { fromBinary } from '@bufbuild/protobuf';
import {
  FrameReplySchema,
  ItemFrameSchema,
  pluginIdOf,
  readRecords,
  type FrameReply,
  type ItemFrame,
  type RecordFrame,
} from '@made-open/contracts';
import { create } from '@bufbuild/protobuf';
import { parseGrants, type Grant } from '@made-open/manifest';
import type { Pool, PoolClient } from 'pg';
import { FrameRefusedError, UnknownConnectionError } from '../errors.ts';
import { decideFrame, noCounts, type Counts, type FenceState } from '../fence/fence.ts';
import { sweep } from '../fence/sweep.ts';
import { recordEnd, recordBegin, type RunOutbox } from './run-records.ts';
import { writeRecords, type SectionResult } from './write-records.ts';

/** A connection as etl knows it, with what was last taken of it. */
export interface LockedConnection {
  readonly id: string;
  readonly key: number;
  readonly spaceId: string;
  readonly pluginId: string;
  readonly grants: readonly Grant[];
  readonly mappingVersion: number;
  readonly isDeleted: boolean;
  readonly fence: FenceState | undefined;
  readonly counts: Counts;
  readonly sweepHeld: boolean;
}

/** What became of a frame. */
export type FrameOutcome =
  | { readonly kind: 'answered'; readonly reply: FrameReply; readonly wrote: boolean }
  /** Bring it again a little later: a frame before it is missing. */
  | { readonly kind: 'gap' };

const deletedState = 4;

/** Writes one frame in one transaction: entities, events, progress, checkpoint. */
export class FrameWriter {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The subject, not the content, says whose frame it is: NATS let only that plugin's runner publish it. */
  async write(subject: string, bytes: Uint8Array): Promise<FrameOutcome> {
    const [, , token = '', connectionId = ''] = subject.split('.');
    const frame = fromBinary(ItemFrameSchema, bytes);
    const client = await this.#pool.connect();
    let broken = false;
    try {
      return await this.#inTransaction(client, {
        pluginId: pluginIdOf(token),
        connectionId,
        frame,
        strict: false,
      });
    } catch (error) {
      if (!isDataError(error)) {
        broken = !isOurs(error);
        throw error;
      }
      // One item holds what PostgreSQL refuses: look at each before it is written, so that the others get through.
      return await this.#inTransaction(client, {
        pluginId: pluginIdOf(token),
        connectionId,
        frame,
        strict: true,
      });
    } finally {
      client.release(broken);
    }
  }

  async #inTransaction(
    client: PoolClient,
    given: { pluginId: string; connectionId: string; frame: ItemFrame; strict: boolean },
  ): Promise<FrameOutcome> {
    await client.query('begin');
    try {
      const outcome = await takeFrame(client, given);
      await client.query(outcome.kind === 'answered' && outcome.wrote ? 'commit' : 'rollback');
      return outcome;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  }
}

async function takeFrame(
  client: PoolClient,
  {
    pluginId,
    connectionId,
    frame,
    strict,
  }: { pluginId: string; connectionId: string; frame: ItemFrame; strict: boolean },
): Promise<FrameOutcome> {
  const connection = await lockConnection(client, connectionId);
  if (connection.pluginId !== pluginId)
    throw new FrameRefusedError(`connection ${connectionId} does not belong to ${pluginId}`);
  const decision = connection.isDeleted ? 'outdated' : decideFrame(connection.fence, frame);
  if (decision === 'gap') return { kind: 'gap' };
  if (decision !== 'accept')
    return {
      kind: 'answered',
      wrote: false,
      reply: reply(decision === 'repeated', connection.counts, connection.sweepHeld),
    };
  const isNewRun = frame.runId !== connection.fence?.runId;
  const counts: Counts = isNewRun ? { ...noCounts } : { ...connection.counts };
  const outbox: RunOutbox = { connection, frame, counts };
  const sweepHeld = await takeContent(client, outbox, strict);
  await client.query({
    name: 'fence',
    text: saveFence,
    values: [
      connectionId,
      frame.runId,
      frame.epoch,
      frame.attempt,
      frame.frame,
      frame.content.case === 'end',
      JSON.stringify(counts),
      sweepHeld,
    ],
  });
  return { kind: 'answered', wrote: true, reply: reply(true, counts, sweepHeld) };
}

async function takeContent(
  client: PoolClient,
  outbox: RunOutbox,
  strict: boolean,
): Promise<boolean> {
  const { connection, frame, counts } = outbox;
  switch (frame.content.case) {
    case 'begin':
      if (frame.runId !== connection.fence?.runId)
        await client.query('delete from seen where connection_id = $1', [connection.id]);
      await recordBegin(client, outbox, frame.content.value);
      return false;
    case 'records': {
      const records: RecordFrame = readRecords(frame.content.value);
      add(
        counts,
        await writeRecords(client, {
          connection,
          runId: frame.runId,
          epoch: frame.epoch,
          records,
          strict,
        }),
      );
      return false;
    }
    case 'end': {
      const swept = frame.content.value.fullPass
        ? await sweep(client, connection, frame.runId)
        : { deleted: 0, held: false };
      counts.deleted += swept.deleted;
      await recordEnd(client, outbox, { end: frame.content.value, sweepHeld: swept.held });
      return swept.held;
    }
    case undefined:
      throw new FrameRefusedError('the frame has no content');
  }
}

const saveFence = `insert into fence (connection_id, run_id, epoch, attempt, frame, ended, counts, sweep_held) values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (connection_id) do update set run_id = $2, epoch = $3, attempt = $4, frame = $5, ended = $6, counts = $7, sweep_held = $8`;

interface ConnectionRow {
  key: number;
  space_id: string;
  plugin_id: string;
  grants: string[];
  mapping_version: number;
  state: number;
  run_id: string | null;
  epoch: string | null;
  attempt: number | null;
  frame: number | null;
  ended: boolean | null;
  counts: Counts | null;
  sweep_held: boolean | null;
}

/** The lock makes all writers of a connection follow one another: what is read below stays true until the commit. */
export async function lockConnection(client: PoolClient, id: string): Promise<LockedConnection> {
  const { rows } = await client.query<ConnectionRow>({
    name: 'lock',
    text: `select c.key, c.space_id, c.plugin_id, c.grants, c.mapping_version, c.state, f.run_id, f.epoch, f.attempt, f.frame, f.ended, f.counts, f.sweep_held
      from connection c left join fence f on f.connection_id = c.id where c.id = $1 for update of c`,
    values: [id],
  });
  const [row] = rows;
  if (row === undefined) throw new UnknownConnectionError(id);
  return {
    id,
    key: row.key,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    grants: parseGrants(row.grants),
    mappingVersion: row.mapping_version,
    isDeleted: row.state === deletedState,
    fence:
      row.run_id === null
        ? undefined
        : {
            runId: row.run_id,
            epoch: Number(row.epoch),
            attempt: row.attempt ?? 0,
            frame: row.frame ?? 0,
            ended: row.ended === true,
          },
    counts: row.counts ?? { ...noCounts },
    sweepHeld: row.sweep_held === true,
  };
}

function add(counts: Counts, result: SectionResult): void {
  counts.items += result.created + result.updated + result.unchanged + result.quarantined;
  counts.created += result.created;
  counts.updated += result.updated;
  counts.unchanged += result.unchanged;
  counts.deleted += result.deleted;
  counts.quarantined += result.quarantined;
  counts.events += result.events;
}

function reply(accepted: boolean, counts: Counts, sweepHeld: boolean): FrameReply {
  return create(FrameReplySchema, { accepted, counts, sweepHeld });
}

/** Classes 22 (data exception) and 54 (program limit), as PostgreSQL's error codes name them. */
function isDataError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^(22|54)[0-9A-Z]{3}$/u.test(error.code)
  );
}

function isOurs(error: unknown): boolean {
  return error instanceof Error && 'retry' in error;
}
