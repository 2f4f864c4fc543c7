import type { PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'read-without-grant',
  async *sync(context: PluginContext) {
    const found = await context.data.getById('persons', String(context.config['victim']));
    yield { type: 'person', externalId: 'stolen', data: { display_name: 'Stolen' }, raw: found };
  },
};
