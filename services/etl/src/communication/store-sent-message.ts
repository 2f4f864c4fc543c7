import { toJsonString } from '@bufbuild/protobuf';
import { OutboundMessageStateSchema, type OutboundMessageState } from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { connectionIn, type Connection } from '../connections/connection.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session } from '../database/session.ts';
import { InvalidItemError } from '../errors.ts';
import { holdFiles, type HeldFile } from '../files/hold-files.ts';
import { WriteItems } from '../items/write-items.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { saveQuarantine } from '../quarantine/quarantine.ts';
import { lockRun } from '../runs/run-state.ts';
import { maxIdLength, messageItem } from './channel-event.ts';
import { MakeMessages } from './make-messages.ts';
import { threadOf } from './thread-of.ts';

/** Stores what was sent through a channel beside what comes in: both are one conversation. */
export class StoreSentMessage {
  readonly #database: DatabaseOptions;
  readonly #onCommitted: () => void;

  constructor(database: DatabaseOptions, onCommitted: () => void) {
    this.#database = database;
    this.#onCommitted = onCommitted;
  }

  /** Again, or when the provider has brought the message itself, it changes nothing. */
  async store(message: OutboundMessageState): Promise<void> {
    await inTransaction(this.#database, (session) => storeWithin(session, message));
    this.#onCommitted();
  }
}

/** Under the fence, as all that writes to a connection. */
async function storeWithin(session: Session, message: OutboundMessageState): Promise<void> {
  const connection = await connectionIn(session, message.connectionId);
  if (connection.isDeleted) return;
  const { hasErased } = await lockRun(session, connection.key);
  const item = itemOf(connection, message);
  await holdFiles(session, connection, filesOf(message));
  const time = new Date();
  const batches = new EventBatches(time);
  const items = new WriteItems({
    connection,
    target: { session, connectionKey: connection.key, time },
    batches,
    isCareful: true,
    causedBy: message.causedBy,
  });
  const making = new MakeMessages({ session, connection, items, hasErased, mayWrite: true });
  const placed = await making.make([item], () => false);
  await items.sent();
  if (items.refused.length > 0) {
    const origin = { connectionKey: connection.key, runId: message.outboundId, isRemap: false };
    await saveQuarantine(session, origin, items.refused);
  }
  await appendMessages(session, batches.messages());
  const threads = [...placed.values()].flatMap((place) => place?.threadId ?? []);
  await noteCauses(session, connection, { threads, causedBy: message.causedBy });
}

function itemOf(
  connection: Connection,
  message: OutboundMessageState,
): ReturnType<typeof messageItem>['line'] {
  const { outboundId, from: sender, to: recipients } = message;
  const { channelType: connectionType } = connection;
  const channelType = message.channelType || connectionType;
  const correspondence = { sender, recipients, channelType, connectionType };
  const data = {
    sender,
    recipients,
    body: message.body,
    thread_id: message.threadId || threadOf({ direction: 'outbound', ...correspondence }),
    sent_at: message.occurredAt,
    channel_type: channelType,
    direction: 'outbound',
    attachments: message.attachments.map((attachment) => ({
      name: attachment.name,
      mime_type: attachment.mimeType,
      size_bytes: attachment.sizeBytes,
      file_id: attachment.fileId,
      url: attachment.url,
    })),
    attributes: { outbound_id: outboundId, requested_by: message.requestedBy || undefined },
  };
  const externalId = message.externalId || `outbound:${outboundId}`;
  if (externalId.length > maxIdLength)
    throw new InvalidItemError(`the provider's id of outbound message ${outboundId} is too long`);
  const raw = toJsonString(OutboundMessageStateSchema, message, { useProtoFieldName: true });
  return messageItem(externalId, data, Buffer.from(raw)).line;
}

function filesOf({ attachments }: OutboundMessageState): HeldFile[] {
  return attachments.flatMap(({ fileId, name, mimeType }) =>
    fileId === undefined ? [] : [{ fileId, name, mimeType }],
  );
}

/** The conversation changes by the same rules, and none of them may fire on it. */
async function noteCauses(
  session: Session,
  { key }: Connection,
  { threads, causedBy }: { threads: readonly string[]; causedBy: readonly string[] },
): Promise<void> {
  if (causedBy.length === 0) return;
  await session.run(
    {
      name: 'note_causes_of_threads',
      text: `update changed_thread set caused_by = $3::text[]
        where connection_key = $1 and thread_key = any (array(select left(t, 512) from unnest($2::text[]) as t))`,
    },
    [key, threads, causedBy],
  );
}
