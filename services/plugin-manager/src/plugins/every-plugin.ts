import type { Plugin } from './plugin.ts';
import type { PluginStore } from './plugin-store.ts';

const pageSize = 200;

/** All plugins, page by page. */
export async function* everyPlugin(plugins: Pick<PluginStore, 'plugins'>): AsyncGenerator<Plugin> {
  for (let after: string | undefined; ;) {
    const page = await plugins.plugins({ limit: pageSize, after });
    yield* page.data;
    if (page.next === undefined) return;
    after = page.next;
  }
}
