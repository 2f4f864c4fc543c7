import type { SandboxCode } from '../sandbox-limits.ts';
import { scriptOf } from '../script-of.ts';
import type { PluginEngine } from './plugin-engine.ts';

/** Plugins that are a script, or become one. */
export function javascriptEngine(code: Pick<SandboxCode, 'runtime' | 'bundle'>): PluginEngine {
  return {
    opening: '',
    guestFile: 'guest.bundle.js',
    argument: '',
    values: [],
    script: scriptOf(code),
  };
}
