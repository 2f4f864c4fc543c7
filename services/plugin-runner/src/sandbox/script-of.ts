import { readFileSync } from 'node:fs';
import type { SandboxCode } from './sandbox-limits.ts';

/** The script of a sandbox: what sets `globalThis.__plugin`. */
export function scriptOf({ runtime, bundle }: Pick<SandboxCode, 'runtime' | 'bundle'>): string {
  // Parsed within: no name of the document can mean anything as code.
  if (runtime === 'http')
    return `${interpreter()}\n;globalThis.__plugin = { plugin: __httpManifest.httpPlugin(JSON.parse(${JSON.stringify(bundle)})) };`;
  return bundle;
}

function interpreter(): string {
  return readFileSync(new URL('./http-manifest.js', import.meta.url), 'utf8');
}
