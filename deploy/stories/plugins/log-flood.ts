import type { PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'log-flood',
  async *sync(context: PluginContext) {
    for (let line = 0; line < 100_000; line++) context.logger.info('flood '.repeat(20), { line });
    yield { type: 'person', externalId: 'dry', data: { display_name: 'Dry Land' }, raw: null };
  },
};
