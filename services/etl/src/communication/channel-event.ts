import type { Connection } from '../connections/connection.ts';
import { entityModels } from '../entities/entity-model.ts';
import { InvalidItemError } from '../errors.ts';
import { isPlainObject, parseJson } from '../items/json-value.ts';
import { normaliseItem } from '../items/normalise-item.ts';
import type { EmittedEvent, ItemLine } from '../items/read-frame.ts';
import { EventPayload, snakeCased } from './event-payload.ts';
import { faxReceived, readFax, type ReceivedFax } from './received-fax.ts';
import { isStatusEvent, readStatus, type ReportedStatus } from './reported-status.ts';
import { threadOf } from './thread-of.ts';

const received = 'communication.MessageReceived';
const called = 'communication.CallReceived';
export const maxIdLength = 512;
const maxAddressLength = 320;
const maxTypeLength = 64;

/** A message that has come in: as it is stored, and as it is told of. */
export interface ReceivedMessage {
  readonly kind: 'message';
  readonly item: ItemLine;
  readonly threadId: string;
  /** In the names of the event's schema. */
  readonly told: Readonly<Record<string, unknown>>;
  readonly attachments: readonly Readonly<Record<string, unknown>>[];
}

export interface ReceivedCall {
  readonly kind: 'call';
  readonly externalId: string;
  readonly told: Readonly<Record<string, unknown>>;
}

export type ChannelEvent = ReceivedMessage | ReceivedCall | ReceivedFax | ReportedStatus;

/** Whether etl publishes it under its own name when a channel emits it. */
export function isCommunication(subject: string): boolean {
  return (
    subject === received || subject === called || subject === faxReceived || isStatusEvent(subject)
  );
}

/** Reads what a channel tells; throws InvalidItemError. */
export function readChannelEvent(
  connection: Pick<Connection, 'channelType'>,
  { subject, line }: EmittedEvent,
  time: Date,
): ChannelEvent {
  const payload = new EventPayload(line);
  if (subject === received) return readMessage(connection, { payload, line, time });
  if (subject === faxReceived) return readFax(connection, payload, { line, time });
  return subject === called
    ? readCall(connection, payload, time)
    : readStatus(subject, payload, time);
}

function readMessage(
  { channelType: connectionType }: Pick<Connection, 'channelType'>,
  { payload, line, time }: { payload: EventPayload; line: Uint8Array; time: Date },
): ReceivedMessage {
  const externalId = payload.requiredText('external_id', maxIdLength);
  const channelType = payload.text('channel_type', maxTypeLength) || connectionType;
  const given = {
    sender: payload.requiredText('from', maxAddressLength),
    recipients: addressList(payload.take('to')),
    body: payload.take('body'),
    subject: payload.take('subject'),
    body_html: payload.take('body_html'),
    in_reply_to: payload.take('in_reply_to'),
    sent_at: payload.time('received_at', time),
    channel_type: channelType,
    direction: 'inbound',
    attachments: snakeCasedList(payload.take('attachments')),
  };
  const { sender, recipients } = given;
  const threadId =
    payload.text('thread_id', maxIdLength) ||
    threadOf({ direction: 'inbound', sender, recipients, channelType, connectionType });
  const rest = payload.rest();
  const item = messageItem(externalId, { ...given, thread_id: threadId, attributes: rest }, line);
  const { subject, body_html: bodyHtml, in_reply_to: inReplyTo } = item.entity;
  return {
    kind: 'message',
    item: item.line,
    threadId,
    told: {
      channel_type: channelType,
      external_id: externalId,
      from: sender,
      to: recipients,
      body: item.entity['body'],
      received_at: given.sent_at,
      attributes: { ...rest, subject, body_html: bodyHtml, in_reply_to: inReplyTo },
    },
    attachments: objects(item.entity['attachments']),
  };
}

/** The line of a message that etl makes itself, checked as an item is. */
export function messageItem(
  externalId: string,
  data: object,
  raw: Uint8Array,
): { line: ItemLine; entity: Readonly<Record<string, unknown>> } {
  const text = JSON.stringify(data);
  const { json } = normaliseItem(entityModels.message, text);
  const entity = parseJson(json, 'message');
  const line = Buffer.concat([Buffer.from(`${text}\t`), raw]);
  return { line: { externalId, line }, entity: isPlainObject(entity) ? entity : {} };
}

function readCall(
  { channelType }: Pick<Connection, 'channelType'>,
  payload: EventPayload,
  time: Date,
): ReceivedCall {
  const externalId = payload.requiredText('external_id', maxIdLength);
  return {
    kind: 'call',
    externalId,
    told: {
      channel_type: payload.text('channel_type', maxTypeLength) || channelType,
      external_id: externalId,
      from: payload.requiredText('from', maxAddressLength),
      to: payload.text('to', maxAddressLength),
      received_at: payload.time('received_at', time),
      attributes: payload.rest(),
    },
  };
}

/** One address or several. */
function addressList(value: unknown): string[] {
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const addresses = list.map((address) => {
    if (typeof address !== 'string' || address.length > maxAddressLength)
      throw new InvalidItemError(
        `to must be an address or a list of addresses of at most ${String(maxAddressLength)} characters`,
      );
    return address.trim();
  });
  return [...new Set(addresses)].filter((address) => address !== '');
}

function snakeCasedList(value: unknown): unknown {
  return Array.isArray(value) ? value.map(snakeCased) : value;
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isPlainObject) : [];
}
