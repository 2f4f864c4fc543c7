import type { HostContext, OutboundMessage, SendResult } from '@made-open/plugin-sdk';
import { readConfig } from '../config.ts';
import { Homeserver, part } from '../homeserver/homeserver.ts';
import { list, text } from '../json.ts';

/**
 * Sends a text and its files. Each goes out under a transaction id made of the message's key, by which the homeserver
 * takes a repetition for the same event (client-server API, "Transaction identifiers").
 */
export async function send(message: OutboundMessage, context: HostContext): Promise<SendResult> {
  const homeserver = new Homeserver(context, readConfig(context.config));
  const roomId = await roomOf(homeserver, message.threadId ?? message.to);
  const key = message.idempotencyKey ?? context.crypto.randomUUID();
  const contents = await contentsOf(homeserver, message);
  let first: string | undefined;
  for (const [index, content] of contents.entries()) {
    const path = `/rooms/${part(roomId)}/send/m.room.message/${part(`${key}-${String(index)}`)}`;
    const eventId = text(await homeserver.put(path, content), 'event_id');
    first ??= eventId;
  }
  return { externalId: first, threadId: roomId };
}

async function contentsOf(homeserver: Homeserver, message: OutboundMessage): Promise<object[]> {
  const contents: object[] = message.body === '' ? [] : [textContent(message)];
  for (const {
    file_id: fileId,
    name,
    mime_type: contentType,
    size_bytes: size,
  } of message.attachments ?? []) {
    const url = await homeserver.upload(fileId, { name, contentType });
    contents.push({
      msgtype: msgtypeOf(contentType),
      body: name,
      filename: name,
      url,
      info: { mimetype: contentType, size },
    });
  }
  return contents;
}

function textContent({ body, inReplyTo }: OutboundMessage): object {
  const reply =
    typeof inReplyTo === 'string'
      ? { 'm.relates_to': { 'm.in_reply_to': { event_id: inReplyTo } } }
      : {};
  return { msgtype: 'm.text', body, ...reply };
}

function msgtypeOf(contentType: string): string {
  const [kind = ''] = contentType.split('/');
  return ['image', 'audio', 'video'].includes(kind) ? `m.${kind}` : 'm.file';
}

/** A room by its id or alias, or the room with one other person. */
async function roomOf(homeserver: Homeserver, to: string): Promise<string> {
  if (to.startsWith('!')) return to;
  if (to.startsWith('#')) {
    const found = text(await homeserver.get(`/directory/room/${part(to)}`), 'room_id');
    if (found === undefined) throw new RangeError(`${to} leads to no room`);
    return found;
  }
  if (to.startsWith('@')) return directRoom(homeserver, to);
  throw new RangeError(
    `"${to}" is none of a room's id (!…), a room's alias (#…:server) and a user's id (@…:server)`,
  );
}

/** The room that the account's list of direct chats names, or a new one, which is noted there before anything is sent. */
async function directRoom(homeserver: Homeserver, userId: string): Promise<string> {
  const own = text(await homeserver.get('/account/whoami'), 'user_id') ?? '';
  const path = `/user/${part(own)}/account_data/m.direct`;
  const chats = await homeserver.get(path).catch(ifUnknown);
  const [known] = list(chats, userId);
  if (typeof known === 'string') return known;
  const room = await homeserver.post('/createRoom', {
    is_direct: true,
    preset: 'trusted_private_chat',
    invite: [userId],
  });
  const roomId = text(room, 'room_id');
  if (roomId === undefined) throw new Error('the homeserver made no room');
  await homeserver.put(path, { ...Object(chats), [userId]: [roomId] });
  return roomId;
}

function ifUnknown(error: unknown): object {
  if (text(error, 'errcode') === 'M_NOT_FOUND') return {};
  throw error;
}
