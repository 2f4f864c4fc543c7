import type { ChannelPlugin, HostContext } from '@made-open/plugin-sdk';

interface Note {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** Each time that a delivery is handled makes a message of its own: what was handled twice is there twice. */
export const plugin: ChannelPlugin = {
  id: 'com.example.noting-channel',
  channelType: 'note',

  async handleIncomingEvent(payload: unknown, context: HostContext): Promise<void> {
    const { id, from, to, text } = payload as Note;
    await context.emitEvent('communication.MessageReceived', {
      external_id: `${id}/${context.crypto.randomUUID()}`,
      from,
      to: [to],
      body: text,
    });
  },

  sendMessage: () => Promise.reject(new Error('this channel only listens')),
};
