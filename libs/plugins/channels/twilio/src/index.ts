import type {
  CallResult,
  ChannelPlugin,
  HostContext,
  OutboundCall,
  OutboundMessage,
  SendResult,
} from '@made-open/plugin-sdk';
import { TwilioAccount } from './account/twilio-account.ts';
import { text } from './fields.ts';
import { incomingEvent } from './incoming/incoming-event.ts';
import { placeCall } from './sending/place-call.ts';
import { sendMessage } from './sending/send-message.ts';

/** Messages and calls of a Twilio account. */
export const plugin: ChannelPlugin = {
  id: 'io.twilio.channel',
  channelType: 'sms',

  async handleIncomingEvent(payload: unknown, context: HostContext): Promise<void> {
    const event = await incomingEvent(payload, context);
    if (event !== undefined) await context.emitEvent(`communication.${event.name}`, event.payload);
  },

  sendMessage: (message: OutboundMessage, context: HostContext): Promise<SendResult> =>
    sendMessage(message, context),

  placeCall: (call: OutboundCall, context: HostContext): Promise<CallResult> =>
    placeCall(call, context),

  async testConnection(context: HostContext): Promise<void> {
    const status = text(await new TwilioAccount(context).describe(), 'status');
    if (status !== 'active')
      throw new Error(
        `the Twilio account is ${status ?? 'not described'}: open it again in the Twilio console`,
      );
  },
};
