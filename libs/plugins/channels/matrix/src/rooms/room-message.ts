import { field, text } from '../json.ts';

/** One `m.room.message` in the words of the unified model. */
export interface RoomMessage {
  readonly eventId: string;
  readonly roomId: string;
  readonly sender: string;
  /** RFC 3339. */
  readonly sentAt: string;
  readonly body: string;
  readonly html: string | undefined;
  readonly inReplyTo: string | undefined;
  /** Id of the message that this one takes the place of. */
  readonly replaces: string | undefined;
  readonly media: Media | undefined;
}

export interface Media {
  /** `mxc://…` */
  readonly uri: string;
  readonly name: string;
  readonly contentType: string | undefined;
  readonly sizeBytes: number | undefined;
}

const mediaTypes = new Set(['m.image', 'm.file', 'm.audio', 'm.video']);

/** Reads an event of a timeline; undefined for one that is no message, or was taken back. */
export function roomMessage(roomId: string, event: unknown): RoomMessage | undefined {
  const eventId = text(event, 'event_id');
  const sender = text(event, 'sender');
  if (text(event, 'type') !== 'm.room.message' || eventId === undefined || sender === undefined)
    return undefined;
  const replaces =
    text(event, 'content', 'm.relates_to', 'rel_type') === 'm.replace'
      ? text(event, 'content', 'm.relates_to', 'event_id')
      : undefined;
  const content =
    replaces === undefined ? field(event, 'content') : field(event, 'content', 'm.new_content');
  const body = text(content, 'body');
  if (body === undefined) return undefined;
  return {
    eventId,
    roomId,
    sender,
    sentAt: timeOf(event),
    body,
    html:
      text(content, 'format') === 'org.matrix.custom.html'
        ? text(content, 'formatted_body')
        : undefined,
    inReplyTo: text(event, 'content', 'm.relates_to', 'm.in_reply_to', 'event_id'),
    replaces,
    media: mediaOf(content, body),
  };
}

/** The message that a redaction takes back; rooms before version 11 say it beside the content. */
export function redacted(event: unknown): string | undefined {
  if (text(event, 'type') !== 'm.room.redaction') return undefined;
  return text(event, 'redacts') ?? text(event, 'content', 'redacts');
}

function timeOf(event: unknown): string {
  const ms = field(event, 'origin_server_ts');
  const time = new Date(typeof ms === 'number' ? ms : 0);
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString();
}

/** Files of encrypted rooms have no `url`, but a `file` with a key. */
function mediaOf(content: unknown, body: string): Media | undefined {
  const uri = text(content, 'url');
  if (uri === undefined || !mediaTypes.has(text(content, 'msgtype') ?? '')) return undefined;
  const size = field(content, 'info', 'size');
  return {
    uri,
    name: (text(content, 'filename') ?? body).slice(0, 255),
    contentType: text(content, 'info', 'mimetype'),
    sizeBytes: typeof size === 'number' ? size : undefined,
  };
}
