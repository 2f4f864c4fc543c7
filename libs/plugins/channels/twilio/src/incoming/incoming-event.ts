import type { HostContext } from '@made-open/plugin-sdk';
import { isFields, text } from '../fields.ts';
import { callEvent } from './call-event.ts';
import type { ChannelEvent } from './channel-event.ts';
import { messageEvent } from './message-event.ts';
import { messageReceived } from './message-received.ts';

/**
 * What a request of Twilio means. It is told by its fields and not by its address, so that one address for everything works as
 * well; undefined for a state between others, of which nothing is to be told.
 */
export async function incomingEvent(
  payload: unknown,
  context: HostContext,
): Promise<ChannelEvent | undefined> {
  if (!isFields(payload)) throw new Error('Twilio sends form fields; this is something else');
  const at = context.webhook?.receivedAt ?? new Date().toISOString();
  const messageSid = text(payload, 'MessageSid') ?? text(payload, 'SmsSid');
  if (messageSid !== undefined) {
    const status = text(payload, 'MessageStatus') ?? text(payload, 'SmsStatus') ?? 'received';
    return status === 'received'
      ? await messageReceived(messageSid, { fields: payload, at, context })
      : messageEvent(messageSid, status, { fields: payload, at });
  }
  const callSid = text(payload, 'CallSid');
  if (callSid !== undefined) return callEvent(callSid, payload, at);
  throw new Error(
    'the request names neither MessageSid nor CallSid: it is none of messages or calls',
  );
}
