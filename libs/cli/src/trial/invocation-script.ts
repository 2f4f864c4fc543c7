import type { Manifest } from '@made-open/manifest';
import { trialBundle } from '../python/trial-bundle.ts';

/** Methods that are called within a sync, for want of a call of their own. */
export const scriptedMethods = ['mapToUnifiedModel', 'testConnection'] as const;

export type ScriptedMethod = (typeof scriptedMethods)[number];

/** The code of a plugin of either language, whose sync calls one of its methods. */
export function invocationCode(
  { manifest: { runtime }, script }: { readonly manifest: Manifest; readonly script: string },
  method: ScriptedMethod,
  inputs: readonly unknown[],
): string {
  return runtime === 'python'
    ? trialBundle(script, method, inputs)
    : invocationScript(script, method, inputs);
}

/**
 * A script whose sync calls one method, so that it runs in the sandbox as it is. Items that come back are yielded, anything else
 * is logged as the result.
 */
function invocationScript(
  script: string,
  method: ScriptedMethod,
  inputs: readonly unknown[],
): string {
  return `${script}
;(() => {
  const exported = globalThis.__plugin;
  const plugin = exported.plugin ?? exported.default;
  const method = ${JSON.stringify(method)};
  const inputs = JSON.parse(${JSON.stringify(JSON.stringify(inputs))});
  globalThis.__plugin = { plugin: { id: plugin?.id, async *sync(context) {
    if (typeof plugin?.[method] !== 'function') throw new Error('the plugin has no ' + method);${method === 'mapToUnifiedModel' ? mapping : testing}
  } } };
})();`;
}

const mapping = `
    for (const input of inputs) yield plugin[method](input);`;

const testing = `
    const result = await plugin[method](context);
    context.logger.info('result', { result: result ?? null });`;
