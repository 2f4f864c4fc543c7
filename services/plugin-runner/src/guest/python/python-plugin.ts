import { apply, create, get, stringify } from '../primordials.ts';
import type { Python } from './python.ts';

/** What a context of the guest is known by. */
function isContext(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && typeof get(value, 'emitEvent') === 'function'
  );
}

/** What Python's own context is made from: the rest of it asks by calls. */
export function contextText(context: object): string {
  return stringify({ config: get(context, 'config'), webhook: get(context, 'webhook') });
}

/** Of a function that gets none. */
const noContext = '{"config":{}}';

interface Options {
  readonly functions: readonly string[];
  readonly operators: readonly string[];
  /** Calls of the plugin are answered with this context from now on. */
  readonly onContext: (context: object) => void;
}

type Call = (...given: readonly unknown[]) => unknown;

/** The plugin as the guest knows plugins: each function of it calls the one in Python. */
export function pythonPlugin(
  python: Python,
  { functions, operators, onContext }: Options,
): Record<string, unknown> {
  const plugin: Record<string, unknown> = create(null);
  const caller =
    (name: string): Call =>
    (...given) => {
      const context = given.find(isContext);
      if (context !== undefined) onContext(context);
      const passed = given.filter((value) => !isContext(value));
      return python.call(name, passed, context === undefined ? noContext : contextText(context));
    };
  for (const name of functions) plugin[name] = caller(name);
  if (functions.includes('mapToUnifiedModel'))
    plugin['mapToUnifiedModel'] = (...given: readonly unknown[]) => python.map(given);
  const evaluators: Record<string, unknown> = create(null);
  for (const name of operators) {
    const evaluate = caller(`operators:${name}`);
    evaluators[name] = {
      evaluate: (...given: readonly unknown[]) => apply(evaluate, undefined, given),
    };
  }
  if (operators.length > 0) plugin['operators'] = evaluators;
  return plugin;
}
