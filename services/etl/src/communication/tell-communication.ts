import type { DescMessage } from '@bufbuild/protobuf';
import {
  CallReceivedSchema,
  FaxReceivedSchema,
  MessageReceivedSchema,
  routeSubject,
  StatusReportedSchema,
} from '@made-open/contracts';
import { allowsItem, allowsPublish } from '@made-open/manifest';
import { InvalidItemError } from '../errors.ts';
import { claimFiles } from '../files/claim-files.ts';
import type { EmitOptions } from '../items/emit-events.ts';
import type { EmittedEvent } from '../items/read-frame.ts';
import {
  readChannelEvent,
  type ChannelEvent,
  type ReceivedCall,
  type ReceivedMessage,
} from './channel-event.ts';
import { heardBefore, rememberHeard } from './heard-before.ts';
import { makeDocuments } from './make-documents.ts';
import type { ReceivedFax } from './received-fax.ts';
import { MakeMessages, type PlacedMessage } from './make-messages.ts';

const maxEventBytes = 512 * 1024;

/** Publishes what a channel tells of messages and calls, and stores messages, in the transaction of its frame. */
export class TellCommunication {
  readonly #options: EmitOptions;
  published = 0;
  made = 0;

  constructor(options: EmitOptions) {
    this.#options = options;
  }

  async tell(events: readonly EmittedEvent[]): Promise<void> {
    const read = events.flatMap((event) => this.#read(event) ?? []);
    try {
      await this.#tellMessages(read.filter((event) => event.kind === 'message'));
      await this.#tellCalls(read.filter((event) => event.kind === 'call'));
      await this.#tellFaxes(read.filter((event) => event.kind === 'fax'));
    } catch (error) {
      // A statement behind a failed one only says that the transaction has failed.
      await this.#options.items.sent();
      throw error;
    }
    for (const event of read)
      if (event.kind === 'status') this.#add(StatusReportedSchema, event.told);
  }

  #read(event: EmittedEvent): ChannelEvent | undefined {
    const { connection, items, target } = this.#options;
    const { subject, line } = event;
    const record = { type: 'event', externalId: subject, line, isOneOfMany: true };
    return items.unlessInvalid(record, () => {
      if (!allowsPublish(connection.grants, subject))
        throw new InvalidItemError(`the permission event:publish:${subject} is not approved`);
      const read = readChannelEvent(connection, event, target.time);
      // As JSON it may be longer than it came.
      if (Buffer.byteLength(JSON.stringify(read.told)) > maxEventBytes)
        throw new InvalidItemError(
          `the payload has more than ${String(maxEventBytes / 1024)} KiB as it is published; send less or a reference`,
        );
      return read;
    });
  }

  /** Each message of a connection once, however often it is told. */
  async #tellMessages(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { connection, items, target, hasErased } = this.#options;
    const mayWrite = allowsItem(connection.grants, 'message');
    const { session } = target;
    const before = items.counts.created;
    const placed = await new MakeMessages({
      session,
      connection,
      items,
      hasErased,
      mayWrite,
    }).make(
      messages.map(({ item }) => item),
      ({ direction }) => direction !== 'outbound',
    );
    this.made += items.counts.created - before;
    const saved = await claimFiles(session, connection.key, filesOf(messages));
    const byId = new Map(messages.toReversed().map((each) => [each.item.externalId, each]));
    for (const [id, place] of placed) {
      const message = byId.get(id);
      if (message !== undefined) this.#addMessage(message, place, saved);
    }
  }

  #addMessage(
    { told, threadId, attachments }: ReceivedMessage,
    place: PlacedMessage | undefined,
    saved: ReadonlySet<string>,
  ): void {
    this.#add(MessageReceivedSchema, {
      ...told,
      thread_id: place?.threadId === '' || place === undefined ? threadId : place.threadId,
      attachments: attachments.map((attachment) => withSavedFile(attachment, saved)),
      message_id: place?.id,
      conversation_id: place?.conversationId,
    });
  }

  async #tellCalls(calls: readonly ReceivedCall[]): Promise<void> {
    if (calls.length === 0) return;
    const { session, connectionKey } = this.#options.target;
    const first = new Map(calls.toReversed().map((call) => [call.externalId, call]));
    const ids = [...first.keys()];
    const heard = await heardBefore(session, connectionKey, { kind: 'call', ids });
    const news = [...first.values()]
      .filter(({ externalId }) => !heard.has(externalId))
      .toReversed();
    await rememberHeard(session, connectionKey, {
      kind: 'call',
      heard: news.map(({ externalId }) => ({ id: externalId, isMade: false })),
    });
    for (const { told } of news) this.#add(CallReceivedSchema, told);
  }

  /** Each fax of a connection once; its file only where the connection has saved it. */
  async #tellFaxes(faxes: readonly ReceivedFax[]): Promise<void> {
    if (faxes.length === 0) return;
    const { connection, items, target } = this.#options;
    const { session } = target;
    const mayWrite = allowsItem(connection.grants, 'document');
    const before = items.counts.created;
    const placed = await makeDocuments(
      { session, connection, items, mayWrite },
      faxes.map(({ item }) => item),
    );
    this.made += items.counts.created - before;
    const ids = new Set(faxes.map(({ fileId }) => fileId));
    const saved = await claimFiles(session, connection.key, ids);
    const byId = new Map(faxes.toReversed().map((fax) => [fax.item.externalId, fax]));
    for (const [id, documentId] of placed) {
      const fax = byId.get(id);
      if (fax === undefined) continue;
      const { file, ...told } = fax.told;
      const shown = saved.has(fax.fileId) ? { file } : {};
      this.#add(FaxReceivedSchema, { ...told, ...shown, document_id: documentId });
    }
  }

  #add(schema: DescMessage, told: Readonly<Record<string, unknown>>): void {
    const { id, spaceId, pluginId } = this.#options.connection;
    const data = { connection_id: id, space_id: spaceId, plugin_id: pluginId, ...told };
    this.#options.batches.add(routeSubject(schema), {
      about: JSON.stringify(id),
      data: JSON.stringify(data),
    });
    this.published++;
  }
}

function filesOf(messages: readonly ReceivedMessage[]): ReadonlySet<string> {
  const ids = messages.flatMap(({ attachments }) => attachments.map(({ file_id: id }) => id));
  return new Set(ids.filter((id) => typeof id === 'string'));
}

/** A digest can be guessed: who has not saved the file may not lead others to it. */
function withSavedFile(
  { file_id: fileId, ...attachment }: Readonly<Record<string, unknown>>,
  saved: ReadonlySet<string>,
): object {
  return typeof fileId === 'string' && saved.has(fileId)
    ? { ...attachment, file_id: fileId }
    : attachment;
}
