/** The methods of a plugin that can be called by themselves, besides sync. */
export const methods = [
  'mapToUnifiedModel',
  'handleWebhook',
  'handleIncomingEvent',
  'sendMessage',
  'placeCall',
  'testConnection',
] as const;

export type Method = (typeof methods)[number];

/**
 * A script whose sync calls one method, so that it runs in the sandbox as it is. Items that come back are yielded, anything else
 * is logged as the result.
 */
export function invocationScript(
  script: string,
  method: Method,
  inputs: readonly unknown[],
): string {
  const body = method === 'mapToUnifiedModel' ? mapping : calling;
  return `${script}
;(() => {
  const exported = globalThis.__plugin;
  const plugin = exported.plugin ?? exported.default;
  const method = ${JSON.stringify(method)};
  const inputs = JSON.parse(${JSON.stringify(JSON.stringify(inputs))});
  globalThis.__plugin = { plugin: { id: plugin?.id, async *sync(context) {
    if (typeof plugin?.[method] !== 'function') throw new Error('the plugin has no ' + method);${body}
  } } };
})();`;
}

const mapping = `
    for (const input of inputs) yield plugin[method](input);`;

const calling = `
    const given = method === 'testConnection' ? [context] : [inputs[0], context];
    const result = await plugin[method](...given);
    if (Array.isArray(result)) yield* result;
    else context.logger.info('result', { result: result ?? null });`;
