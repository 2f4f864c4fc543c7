import type { PluginContext } from '@made-open/plugin-sdk';

export const plugin = {
  id: 'endless-loop',
  async *sync(context: PluginContext) {
    await context.http.get('https://hostile.example.net/nothing').catch(() => undefined);
    yield* [];
    // The isolate's own time limit covered only what came before the awaited call.
    for (;;);
  },
};
