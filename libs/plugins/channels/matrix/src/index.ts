import type { ChannelPlugin, HostContext } from '@made-open/plugin-sdk';
import { listen, requireAccount } from './rooms/listen.ts';
import { send } from './rooms/send.ts';

/** Messages of the Matrix rooms of one account, by its homeserver's client-server API. */
export const plugin: ChannelPlugin = {
  id: 'org.matrix.channel',
  channelType: 'matrix',
  sync: (context: HostContext) => listen(context),
  // The homeserver is asked: it sends nothing by itself.
  handleIncomingEvent: () => Promise.resolve(),
  sendMessage: (message, context: HostContext) => send(message, context),
  testConnection: (context: HostContext) => requireAccount(context),
};
