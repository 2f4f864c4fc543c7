import { writeEvents, writeMessage } from '@made-open/bus';
import {
  pluginToken,
  routeSubject,
  RunSyncSchema,
  SyncCompletedSchema,
  SyncFailedSchema,
  SyncStartedSchema,
} from '@made-open/contracts';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { ClientBase } from 'pg';

/** What the announcements of a run need to know of it. */
export interface RunOrigin {
  readonly runId: string;
  readonly connectionId: string;
  readonly pluginId: string;
  readonly spaceId: string;
}

/** Appends the command to the outbox, in the transaction that opened or continued the run. */
export async function appendRunSync(
  client: ClientBase,
  origin: RunOrigin,
  { epoch, slice, trigger }: { epoch: number; slice: number; trigger: string },
): Promise<void> {
  await append(
    client,
    routeSubject(RunSyncSchema, { plugin: pluginToken(origin.pluginId) }),
    writeMessage(RunSyncSchema, { ...origin, epoch, slice, trigger }),
  );
}

export async function appendStarted(
  client: ClientBase,
  origin: RunOrigin,
  trigger: string,
): Promise<void> {
  await appendEvent(client, SyncStartedSchema, { ...origin, trigger });
}

export async function appendCompleted(
  client: ClientBase,
  message: MessageInitShape<typeof SyncCompletedSchema>,
): Promise<void> {
  await appendEvent(client, SyncCompletedSchema, message);
}

export async function appendFailed(
  client: ClientBase,
  message: MessageInitShape<typeof SyncFailedSchema>,
): Promise<void> {
  await appendEvent(client, SyncFailedSchema, message);
}

async function appendEvent<D extends DescMessage>(
  client: ClientBase,
  schema: D,
  message: MessageInitShape<D>,
): Promise<void> {
  const subject = routeSubject(schema);
  await append(
    client,
    subject,
    writeEvents(schema, { type: subject, source: 'connector-scheduler' }, [{ message }]),
  );
}

async function append(client: ClientBase, subject: string, payload: string): Promise<void> {
  await client.query('insert into outbox (subject, payload) values ($1, $2)', [subject, payload]);
}
