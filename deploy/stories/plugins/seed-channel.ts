import type {
  ChannelPlugin,
  OutboundMessage,
  OutboundCall,
  CallResult,
  PluginContext,
} from '@made-open/plugin-sdk';
import { requireConfig, withRetry } from '@made-open/plugin-sdk';
export const plugin: ChannelPlugin = {
  id: 'com.example.my-channel',
  channelType: 'my-channel',
  async handleIncomingEvent(payload: unknown, context: PluginContext): Promise<void> {
    const event = payload as { From: string; Body: string; MessageSid: string };
    context.logger.info('my-channel: inbound message', { from: event.From });
    // Emit a normalised event to NATS — the Rules Service subscribes to this
    await context.emitEvent('communication.MessageReceived', {
      channelType: 'my-channel',
      externalId: event.MessageSid,
      from: event.From,
      body: event.Body,
      receivedAt: new Date().toISOString(),
    });
  },
  async sendMessage(message: OutboundMessage, context: PluginContext): Promise<void> {
    const apiKey = requireConfig(context, 'apiKey');
    await withRetry(() =>
      context.http.post(
        'https://api.example.com/messages',
        { to: message.to, body: message.body },
        { Authorization: `Bearer ${apiKey}` },
      ),
    );
    context.logger.info('my-channel: message sent', { to: message.to });
  },
  async placeCall(call: OutboundCall, context: PluginContext): Promise<CallResult> {
    const apiKey = requireConfig(context, 'apiKey');
    const result = (await withRetry(() =>
      context.http.post(
        'https://api.example.com/calls',
        { to: call.to, from: call.from },
        { Authorization: `Bearer ${apiKey}` },
      ),
    )) as { callSid: string; status: string };
    return { callSid: result.callSid, status: result.status };
  },
};
