import type { PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'event-without-grant',
  async *sync(context: PluginContext) {
    await context.emitEvent('communication.MessageReceived', { from: 'nobody' });
    yield { type: 'person', externalId: 'p', data: { display_name: 'Unreached' }, raw: null };
  },
};
