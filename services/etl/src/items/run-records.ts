import { writeEvents } from '@made-open/bus';
import {
  routeSubject,
  RunRecordedSchema,
  type ItemFrame,
  type RunBegin,
  type RunEnd,
} from '@made-open/contracts';
import type { PoolClient } from 'pg';
import type { Counts } from '../fence/fence.ts';
import type { LockedConnection } from './frame-writer.ts';

/** What the announcement of a begin or end is made of. */
export interface RunOutbox {
  readonly connection: LockedConnection;
  readonly frame: ItemFrame;
  readonly counts: Counts;
}

const subject = routeSubject(RunRecordedSchema);

/** Announces that an attempt has begun to deliver. */
export async function recordBegin(
  client: PoolClient,
  outbox: RunOutbox,
  begin: RunBegin,
): Promise<void> {
  await append(client, outbox, { content: { case: 'begin', value: begin } });
}

/** Announces that an attempt has ended and everything before is committed with it. */
export async function recordEnd(
  client: PoolClient,
  outbox: RunOutbox,
  { end, sweepHeld }: { end: RunEnd; sweepHeld: boolean },
): Promise<void> {
  await append(client, outbox, { content: { case: 'end', value: end }, sweepHeld });
}

type Content =
  | { content: { case: 'begin'; value: RunBegin } }
  | { content: { case: 'end'; value: RunEnd }; sweepHeld: boolean };

async function append(
  client: PoolClient,
  { connection, frame, counts }: RunOutbox,
  content: Content,
): Promise<void> {
  const { runId, epoch, attempt } = frame;
  const message = { runId, epoch, attempt, connectionId: connection.id, counts, ...content };
  await client.query('insert into outbox (subject, payload) values ($1, $2)', [
    subject,
    writeEvents(RunRecordedSchema, { type: subject, source: 'etl' }, [{ message }]),
  ]);
}
