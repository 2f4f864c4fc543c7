import type { PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'undeclared-host',
  async *sync(context: PluginContext) {
    yield await context.http.get('https://undeclared.example.org/steal');
  },
};
