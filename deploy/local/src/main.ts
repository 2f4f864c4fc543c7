import { fileURLToPath } from 'node:url';
import { PythonBuild } from './platform/python-build.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { StopSignals } from './stop-signals.ts';
import { readStartOptions, usage, type StartOptions } from './start-options.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

function options(): StartOptions | undefined {
  const read = readStartOptions(process.argv.slice(2), process.env, root);
  if (!read.help) return read;
  process.stdout.write(usage);
  return undefined;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
process.stdout.on('error', () => undefined); // the terminal is gone; what runs is stopped in order all the same
let python: PythonBuild | undefined;
const signals = new StopSignals(process.env['EXIT_ON_STDIN_END'] === '1');
try {
  const read = options();
  if (read !== undefined) {
    if (process.env['PYTHON_RUNTIME_DIR'] === undefined) {
      python = new PythonBuild();
      process.env['PYTHON_RUNTIME_DIR'] = python.folder;
      python.begin(say);
    }
    await runUntilStopped(read, signals.told, say);
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\nMade Open did not start: ${message}\n`);
  process.exitCode = 1;
} finally {
  python?.stop();
  signals.release();
}
