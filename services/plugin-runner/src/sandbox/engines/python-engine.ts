import ivm from 'isolated-vm';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginEngine } from './plugin-engine.ts';

/** Of V8; the types of Node have no name for it. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

interface Runtime {
  /** An expression: a function that gives what makes an instance. */
  readonly glue: string;
  readonly modules: readonly (readonly [string, object])[];
}

/** The most bytes that one call for randomness gives, and the longest sleep of a thread. */
const maxRandomBytes = 65_536;
const maxSleepMs = 60_000;

let runtime: Promise<Runtime> | undefined;

/** CPython as WebAssembly: compiled once for the process, instantiated in each isolate. */
export async function pythonEngine(
  bundle: string,
  folder: string | undefined,
): Promise<PluginEngine> {
  if (folder === undefined)
    throw new Error('Python is not there: set PYTHON_RUNTIME_DIR to the folder of its build');
  runtime ??= compiled(folder);
  const { glue, modules } = await runtime;
  const names = modules.map(([name], index) => `${JSON.stringify(name)}: $${String(index + 8)}`);
  return {
    // Taken before the guest deletes it from the globals.
    opening: `const wasm = WebAssembly; const glue = ${glue};`,
    guestFile: 'guest-python.bundle.js',
    argument: `, {
      instantiate: (encoder, decoder) => glue(wasm, encoder, decoder),
      bundle: $5, random: $6, sleep: $7, modules: { __proto__: null, ${names.join(', ')} } }`,
    values: [
      bundle,
      new ivm.Callback(
        (length: number) => randomBytes(Math.min(length, maxRandomBytes)).toString('hex'),
        { sync: true },
      ),
      new ivm.Reference((ms: number) => sleep(Math.min(ms, maxSleepMs))),
      ...modules.map(([, module]) => new ivm.ExternalCopy(module).copyInto({ release: true })),
    ],
    script: undefined,
  };
}

async function compiled(folder: string): Promise<Runtime> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.wasm'));
  const modules = await Promise.all(
    files.map(
      async (name) => [name, await WebAssembly.compile(readFileSync(join(folder, name)))] as const,
    ),
  );
  return { glue: readFileSync(join(folder, 'glue.js'), 'utf8'), modules };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
