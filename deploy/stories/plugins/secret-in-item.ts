import { requireConfig, type PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'secret-in-item',
  async *sync(context: PluginContext) {
    const display_name = `Key ${requireConfig(context, 'apiKey')}`;
    yield { type: 'person', externalId: 'leak', data: { display_name }, raw: null };
  },
};
