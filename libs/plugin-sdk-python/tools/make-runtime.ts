import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTools } from './build-tools.ts';
import { inputsDigest, root } from './inputs-digest.ts';

/** Makes the component and what an isolate loads of it; gives a folder that its caller gives its name. */
export function makeRuntime(cache: string): string {
  const { python, transpiler } = buildTools(cache);
  const half = mkdtempSync(join(cache, 'python-runtime-half-'));
  const component = join(half, 'component.wasm');
  // Its script names the folder that the environment was made in, which is another one by now.
  const componentize = 'import sys, componentize_py; sys.exit(componentize_py.script())';
  const args = `-q -d wit -w plugin componentize app -p .`.split(' ');
  execFileSync(python, ['-c', componentize, ...args, '-p', join(root, 'src'), '-o', component], {
    cwd: join(root, 'component'),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const made = `${half}-made`;
  // In a process of its own: the transpiler is WebAssembly that holds much memory.
  execFileSync(
    process.execPath,
    [join(root, 'tools', 'transpile.ts'), transpiler, component, made],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  rmSync(half, { recursive: true });
  writeFileSync(join(made, 'runtime.json'), `${JSON.stringify({ digest: inputsDigest() })}\n`);
  return made;
}
