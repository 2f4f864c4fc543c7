// Runs inside the isolate before the plugin: it takes away what isolated-vm does not limit, gives Web APIs and the context,
// and answers the host's pulls. It is no border: the plugin shares its heap, so the runner and etl check all it says.
import { GuestError } from './guest-error.ts';
import { installGuest, type GuestControl } from './guest-control.ts';
import type { HostFunctions } from './host-functions.ts';
import { pluginOf } from './invocations/fax-plugin.ts';
import { get } from './primordials.ts';
import { installWebApis } from './web-apis/web-apis.ts';

/** Makes the isolate ready for the plugin's script. */
export function install(host: HostFunctions, limitsText: string): GuestControl {
  return installGuest(host, limitsText, ({ timers, logger }) => {
    installWebApis(timers, logger);
    return { load: exportedPlugin };
  });
}

/** `export const plugin`, a default export, or a class of a provider. */
function exportedPlugin(): object {
  const exported: unknown = get(globalThis, '__plugin');
  const plugin: unknown =
    typeof exported === 'object' && exported !== null ? pluginOf(exported) : undefined;
  if (typeof plugin !== 'object' || plugin === null)
    throw new GuestError(
      'sandbox.no_plugin',
      'the entry must export the plugin: `export const plugin = { id, sync, … }`, or as default',
    );
  return plugin;
}
