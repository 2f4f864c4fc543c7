import { requireConfig, type PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'secret-in-error',
  async *sync(context: PluginContext) {
    const secret = requireConfig(context, 'apiKey');
    yield* [];
    throw new Error(`the source refused ${secret}, sent as ${btoa(secret)}`);
  },
};
