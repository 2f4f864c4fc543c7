import { requireConfig, type PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'secret-in-log',
  async *sync(context: PluginContext) {
    const secret = requireConfig(context, 'apiKey');
    context.logger.info(`message ${secret}`);
    context.logger.warn('fields', {
      secret,
      inUrl: `https://x.example/?key=${encodeURIComponent(secret)}`,
    });
    context.logger.error(btoa(`Basic user:${secret}`));
    yield { type: 'person', externalId: 'quiet', data: { display_name: 'Quiet Wood' }, raw: null };
  },
};
