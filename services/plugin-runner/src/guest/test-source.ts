import type { Source } from './records/generator-pump.ts';
import { GuestError } from './guest-error.ts';
import type { HostCalls } from './host-calls.ts';
import { configTest } from './invocations/fax-plugin.ts';
import { apply, get } from './primordials.ts';

/** One call of the plugin's own test; before it the host hears that the plugin is loaded, and whether it has one. */
export function testSource(plugin: object, context: object, calls: Pick<HostCalls, 'ask'>): Source {
  const own: unknown = get(plugin, 'testConnection');
  const test =
    typeof own === 'function' ? () => apply(own, plugin, [context]) : configTest(plugin, context);
  return {
    next: async () => {
      await calls.ask('pluginLoaded', test !== undefined);
      if (test !== undefined) refuseGenerator(await test());
      return { done: true };
    },
  };
}

/** None of its code has run: it would pass whatever it says. */
function refuseGenerator(given: unknown): void {
  if (typeof given === 'object' && given !== null && typeof get(given, 'next') === 'function')
    throw new GuestError(
      'sandbox.test_yields',
      'testConnection(context) must not be a generator: write `async testConnection(context)`, and throw when the connection does not work',
    );
}
