import type { ConnectorDataItem, FileHandle, HostContext } from '@made-open/plugin-sdk';
import { part, type Homeserver } from '../homeserver/homeserver.ts';
import { MatrixError } from '../homeserver/matrix-error.ts';
import { field, list, text } from '../json.ts';
import { redacted, roomMessage, type Media, type RoomMessage } from './room-message.ts';

/** What a batch of `/sync` says of one room. */
export interface RoomUpdate {
  readonly roomId: string;
  readonly name: string | undefined;
  /** The oldest first. */
  readonly events: readonly unknown[];
}

export interface Reader {
  readonly context: HostContext;
  readonly homeserver: Homeserver;
  /** Of the account: what it sends comes back. */
  readonly userId: string;
  /** What was there before the connection is stored, and no news. */
  readonly isHistory: boolean;
}

type Attached = FileHandle | { name: string; url: string; mime_type?: string; size_bytes?: number };

/** Brings what has happened in a room: messages of others as events, the account's own and changes of either as items. */
export async function* readRoom(
  reader: Reader,
  { roomId, name, events }: RoomUpdate,
): AsyncGenerator<ConnectorDataItem> {
  for (const event of events) {
    const gone = redacted(event);
    if (gone !== undefined)
      yield { type: 'message', externalId: gone, data: {}, raw: event, deleted: true };
    const message = roomMessage(roomId, event);
    if (message === undefined) continue;
    if (message.replaces !== undefined) yield* edited(reader, message, name);
    else if (message.sender === reader.userId || reader.isHistory)
      yield await itemOf(reader, message, { name, raw: event });
    else await announce(reader, message, name);
  }
}

async function announce(
  { context, homeserver, userId }: Reader,
  message: RoomMessage,
  roomName: string | undefined,
): Promise<void> {
  await context.emitEvent('communication.MessageReceived', {
    channelType: 'matrix',
    externalId: message.eventId,
    from: message.sender,
    to: [userId],
    body: message.body,
    receivedAt: message.sentAt,
    threadId: message.roomId,
    attachments: await attachmentsOf(homeserver, context, message.media),
    ...(roomName === undefined ? {} : { subject: roomName }),
    ...(message.html === undefined ? {} : { bodyHtml: message.html }),
    ...(message.inReplyTo === undefined ? {} : { inReplyTo: message.inReplyTo }),
  });
}

/** The message as it reads now: who sent it and when are those of the first one. */
async function* edited(
  reader: Reader,
  edit: RoomMessage,
  name: string | undefined,
): AsyncGenerator<ConnectorDataItem> {
  const { roomId, replaces = '' } = edit;
  const original = await originalOf(reader, roomId, replaces);
  const first = roomMessage(roomId, original);
  // Nobody may change what somebody else wrote: such an event has no meaning (rel_type m.replace).
  if (first === undefined || first.sender !== edit.sender) return;
  const { body, html, media } = edit;
  yield await itemOf(reader, { ...first, body, html, media }, { name, raw: original });
}

/** Undefined when the account may not see it: written before it joined, or by nobody. */
async function originalOf(
  { homeserver }: Reader,
  roomId: string,
  eventId: string,
): Promise<unknown> {
  try {
    return await homeserver.get(`/rooms/${part(roomId)}/event/${part(eventId)}`);
  } catch (error) {
    if (error instanceof MatrixError && [403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

async function itemOf(
  { context, homeserver, userId }: Reader,
  message: RoomMessage,
  { name, raw }: { name: string | undefined; raw: unknown },
): Promise<ConnectorDataItem> {
  const isOwn = message.sender === userId;
  return {
    type: 'message',
    externalId: message.eventId,
    data: {
      ...(name === undefined ? {} : { subject: name }),
      body: message.body,
      ...(message.html === undefined ? {} : { body_html: message.html }),
      sender: message.sender,
      recipients: isOwn ? [] : [userId],
      thread_id: message.roomId,
      sent_at: message.sentAt,
      channel_type: 'matrix',
      direction: isOwn ? 'outbound' : 'inbound',
      ...(message.inReplyTo === undefined ? {} : { in_reply_to: message.inReplyTo }),
      attachments: await attachmentsOf(homeserver, context, message.media),
    },
    raw,
  };
}

/** A file that is too large, or gone, stays where it is: its message comes all the same. */
async function attachmentsOf(
  homeserver: Homeserver,
  context: HostContext,
  media: Media | undefined,
): Promise<Attached[]> {
  if (media === undefined) return [];
  const { uri, name, contentType, sizeBytes } = media;
  try {
    const file = await homeserver.download(uri, { name, contentType });
    if (file !== undefined) return [file];
  } catch (error) {
    if (!isLeft(error)) throw error;
    context.logger.warn('a file was left where it is', { code: text(error, 'code') ?? '' });
  }
  return [
    {
      name,
      url: uri,
      ...(contentType === undefined ? {} : { mime_type: contentType }),
      ...(sizeBytes === undefined ? {} : { size_bytes: sizeBytes }),
    },
  ];
}

/** The platform refused it for good; anything else may be over in a moment. */
function isLeft(error: unknown): boolean {
  const code = text(error, 'code') ?? '';
  if (code === 'egress.timeout') return true;
  return code.startsWith('files.') && code !== 'files.busy' && code !== 'files.unavailable';
}

/** The events of a room since the last batch, those between the two included. */
export async function eventsSince(
  homeserver: Homeserver,
  { roomId, room, since }: { roomId: string; room: unknown; since: string | undefined },
): Promise<readonly unknown[]> {
  const newest = list(room, 'timeline', 'events');
  const from = text(room, 'timeline', 'prev_batch');
  const hasGap = field(room, 'timeline', 'limited') === true;
  if (!hasGap || since === undefined || from === undefined) return newest;
  return [...(await between(homeserver, roomId, { from, to: since })), ...newest];
}

/** Walks back page by page; the oldest is given first. */
async function between(
  homeserver: Homeserver,
  roomId: string,
  { from, to }: { from: string; to: string },
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let at: string | undefined = from; at !== undefined && found.length < maxGap;) {
    const page = await homeserver.get(`/rooms/${part(roomId)}/messages`, {
      dir: 'b',
      from: at,
      to,
      limit: '100',
      filter: JSON.stringify({ types: timelineTypes }),
    });
    found.push(...list(page, 'chunk'));
    at = text(page, 'end');
  }
  return found.toReversed();
}

/** Of one room in one batch: more would not fit into the sandbox. */
const maxGap = 20_000;

/** What a timeline is asked for. */
export const timelineTypes: readonly string[] = ['m.room.message', 'm.room.redaction'];
