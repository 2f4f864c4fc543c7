import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(
  new URL('../../../../libs/plugin-sdk-python/tools/build-runtime.ts', import.meta.url),
);
const lowPriority = 10;

/**
 * Python for plugins: built behind the start, once for each change of it, in the user's cache folder. The platform neither
 * waits for it nor needs it; plugins in Python are refused until it is there.
 */
export class PythonBuild {
  /** What services find as PYTHON_RUNTIME_DIR. */
  readonly folder: string;
  #building: ChildProcess | undefined;

  constructor() {
    this.folder = execFileSync(process.execPath, [tool, '--where'], { encoding: 'utf8' }).trim();
  }

  /** Begins to build it, unless it is there. */
  begin(say: (text: string) => void): void {
    if (existsSync(join(this.folder, 'runtime.json'))) return;
    say('Python for plugins is being built in the background');
    const child = spawn(process.execPath, [tool], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#building = child;
    if (child.pid !== undefined) setPriority(child.pid, lowPriority);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', (error) => say(`Python for plugins was not built: ${error.message}`));
    child.once('exit', (code, signal) => {
      this.#building = undefined;
      if (code === 0) say('plugins in Python can run now');
      else if (signal === null) say(`Python for plugins was not built: ${said.trim()}`);
    });
  }

  /** Leaves it for the next start. */
  stop(): void {
    this.#building?.kill();
  }
}
