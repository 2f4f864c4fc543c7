import { isAnswer } from '../platform/answer.ts';
import type { ScriptedMethod } from '../trial/invocation-script.ts';

const entry = 'made_open_trial';

/**
 * A bundle whose sync calls one method of the plugin, so that it runs in the sandbox as it is. Items that come back are yielded,
 * anything else is logged as the result.
 */
export function trialBundle(
  bundle: string,
  method: ScriptedMethod,
  inputs: readonly unknown[],
): string {
  const given: unknown = JSON.parse(bundle);
  if (!isAnswer(given) || !isAnswer(given['modules'])) return bundle;
  // Text of JSON within text of JSON is a text of Python as well.
  const source = `import importlib, json
from madeopen_plugin import _adapter, _plugin

inner = _plugin.find_plugin(importlib.import_module(${JSON.stringify(given['entry'])}))
inputs = json.loads(${JSON.stringify(JSON.stringify(inputs))})


class Trial:
    async def sync(self, context):
${method === 'mapToUnifiedModel' ? mapping : testing}

plugin = Trial()
`;
  const modules = { ...given['modules'], [entry]: { source } };
  return JSON.stringify({ entry, modules });
}

const mapping = `        for raw in inputs:
            yield await _adapter.invoke(inner, "mapToUnifiedModel", [raw], context)
`;

const testing = `        result = await _adapter.invoke(inner, "testConnection", [], context)
        context.logger.info("result", {"result": result})
        for item in ():
            yield item
`;
