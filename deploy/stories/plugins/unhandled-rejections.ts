import type { PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'unhandled-rejections',
  async *sync(context: PluginContext) {
    for (let call = 0; call < 20; call++) {
      void context.http.get('https://undeclared.example.org/');
      void context.data.query('persons');
      void context.emitEvent('rules.RuleTriggered', {});
    }
    void Promise.reject(new Error('nobody catches this'));
    yield { type: 'person', externalId: 'calm', data: { display_name: 'Calm Sea' }, raw: null };
  },
};
