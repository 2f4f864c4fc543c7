import { channelOf } from '../address.ts';
import { renamed, text, told, type Fields } from '../fields.ts';
import type { ChannelEvent } from './channel-event.ts';

/** Of what becomes of a message; accepted, queued, sending and scheduled say nothing that the platform does not know. */
const names: Readonly<Record<string, string>> = {
  sent: 'MessageSent',
  delivered: 'MessageDelivered',
  partially_delivered: 'MessageDelivered',
  read: 'MessageDelivered',
  undelivered: 'MessageFailed',
  failed: 'MessageFailed',
  canceled: 'MessageFailed',
};

const attributes = {
  MessagingServiceSid: 'messaging_service_sid',
  RawDlrDoneDate: 'raw_dlr_done_date',
  ChannelStatusMessage: 'channel_status_message',
} as const;

/** How a message stands that was sent. Twilio's requests may overtake each other: the platform keeps the furthest state. */
export function messageEvent(
  externalId: string,
  status: string,
  { fields, at }: { readonly fields: Fields; readonly at: string },
): ChannelEvent | undefined {
  const name = names[status];
  if (name === undefined) return undefined;
  const to = text(fields, 'To');
  const isFailed = name === 'MessageFailed';
  return {
    name,
    payload: told({
      channelType: channelOf(to ?? ''),
      externalId,
      from: text(fields, 'From'),
      to: to === undefined ? [] : [to],
      occurredAt: at,
      errorCode: isFailed ? (text(fields, 'ErrorCode') ?? status) : undefined,
      errorMessage: isFailed ? reasonOf(status, fields) : undefined,
      attributes: { provider_status: status, ...renamed(fields, attributes) },
    }),
  };
}

function reasonOf(status: string, fields: Fields): string {
  const said = text(fields, 'ErrorMessage') ?? text(fields, 'ChannelStatusMessage');
  const code = text(fields, 'ErrorCode');
  const page = code === undefined ? '' : `; see https://www.twilio.com/docs/api/errors/${code}`;
  return `Twilio calls the message ${status}${said === undefined ? '' : `: ${said}`}${page}`;
}
