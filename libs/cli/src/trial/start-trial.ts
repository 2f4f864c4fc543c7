import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliError, exitCodes } from '../errors.ts';
import { isAnswer, textAt, type Answer } from '../platform/answer.ts';

/** The runner's own sandbox, limits and checks; the build puts them here. */
const entry = fileURLToPath(
  new URL('../../dist/cli/runner/dist/host/processes/trial-main.js', import.meta.url),
);

export interface Trial {
  /** How it ended; undefined when it was stopped. */
  readonly ended: Promise<Answer | undefined>;
  stop(): void;
}

/** What the runner's trial is told, and where the Python lies that it may need. */
export interface TrialStart {
  readonly pythonRuntime?: string | undefined;
  readonly [key: string]: unknown;
}

/** Runs a plugin in a process of its own; what it needs goes in over standard input, where nobody else can read it. */
export function startTrial(
  { pythonRuntime, ...request }: TrialStart,
  onRecord: (record: Answer) => void,
): Trial {
  const child = spawn(process.execPath, [entry], {
    // A sandbox has no environment; neither has what stands around it.
    env: pythonRuntime === undefined ? {} : { PYTHON_RUNTIME_DIR: pythonRuntime },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [end, faults, stopped]: [Answer | undefined, string, boolean] = [undefined, '', false];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const record: unknown = JSON.parse(line);
    if (!isAnswer(record) || stopped) return;
    if (textAt(record, 'kind') === 'end') end = record;
    onRecord(record);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (faults += text));
  // It may be gone before all is written.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(request)}\n`);
  const ended = new Promise<Answer | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      if (end !== undefined || stopped) resolve(stopped ? undefined : end);
      else reject(sandboxFault(faults));
    });
  });
  return {
    ended,
    stop: () => {
      stopped = true;
      child.stdin.end();
    },
  };
}

function sandboxFault(text: string): CliError {
  return new CliError(
    'trial.fault',
    exitCodes.fault,
    'the sandbox could not be started; is this Node 24, and is isolated-vm installed?',
    { details: text.trim().split('\n').slice(-5) },
  );
}
