import type { SandboxCode } from '../sandbox-limits.ts';
import { javascriptEngine } from './javascript-engine.ts';
import type { PluginEngine } from './plugin-engine.ts';
import { pythonEngine } from './python-engine.ts';

/** The engine of a runtime; the folder holds Python, where there is one. */
export function engineOf(
  code: Pick<SandboxCode, 'runtime' | 'bundle'>,
  pythonFolder: string | undefined,
): Promise<PluginEngine> {
  return code.runtime === 'python'
    ? pythonEngine(code.bundle, pythonFolder)
    : Promise.resolve(javascriptEngine(code));
}
