import type { PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'reader',
  async *sync(context: PluginContext) {
    yield await context.http.get(`https://hostile.example.net${String(context.config['path'])}`);
  },
};
