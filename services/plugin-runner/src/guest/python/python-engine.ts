import type { EngineParts, GuestEngine } from '../guest-control.ts';
import type { Instantiate, PythonFunctions } from './component.ts';
import { dispatcher } from './dispatch.ts';
import { inertWasi } from './inert-wasi.ts';
import { Python } from './python.ts';
import { contextText, pythonPlugin } from './python-plugin.ts';
import { PythonPump } from './python-pump.ts';
import { QuickDecoder, QuickEncoder } from './text-codec.ts';
import { parse } from '../primordials.ts';

/** Makes Python ready to load the plugin. */
export function pythonEngine(parts: EngineParts, functions: PythonFunctions): GuestEngine {
  let context: object | undefined;
  const python = new Python({
    timers: parts.timers,
    dispatch: dispatcher(parts.calls, () => context),
    onFault: (error) => parts.fail(error),
  });
  const onContext = (given: object): void => {
    context = given;
  };
  python.use(instance(parts, python, functions));
  // Compiles what every plugin needs while nobody waits yet.
  python.run('timer');
  return {
    load: () => {
      const loaded = python.load(functions.bundle, parts.limits.itemBytes);
      return pythonPlugin(python, { ...loaded, onContext });
    },
    syncPump: {
      make: () => new PythonPump(python),
      begin: (given) => {
        onContext(given);
        python.run('sync', 0, '', contextText(given));
      },
    },
    abort: () => python.abort(),
  };
}

function instance(
  { logger }: EngineParts,
  python: Python,
  functions: PythonFunctions,
): ReturnType<Instantiate> {
  const levels = { info: logger.info, warn: logger.warn, error: logger.error };
  const imports = {
    ...inertWasi(functions),
    submit: {
      default: (id: number, method: string, text: string) => python.submit(id, method, text),
    },
    log: {
      default: (level: string, message: string, fields: string) => {
        const write = level === 'warn' || level === 'error' ? levels[level] : levels.info;
        write(message, fieldsOf(fields));
      },
    },
  };
  const instantiate = functions.instantiate(QuickEncoder, QuickDecoder);
  return instantiate((name) => functions.modules[name], imports);
}

function fieldsOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return parse(text);
  } catch {
    return text;
  }
}
