// Entry of a process that the command line of authors starts: one line in, what happens as lines out. Its standard input
// stays open for as long as the trial is wanted.
import { createInterface } from 'node:readline';
import { runTrial } from './run-trial.ts';
import type { TrialRecord, TrialRequest } from './trial-request.ts';

function tell(record: TrialRecord): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

const lines = createInterface({ input: process.stdin });

lines.once('line', (line) => {
  const request: TrialRequest = JSON.parse(line);
  void runTrial(request, tell, process.env['PYTHON_RUNTIME_DIR']).then(
    () => process.stdin.destroy(),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : 'unknown fault'}\n`);
      process.exitCode = 1;
      process.stdin.destroy();
    },
  );
});
// The author has gone, or wants another trial: the sandbox process ends with this one.
lines.once('close', () => process.exit());
