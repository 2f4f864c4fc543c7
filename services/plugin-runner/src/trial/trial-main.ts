// Entry of a process that the command line of authors starts: one line in, what happens as lines out. Its standard input
// stays open for as long as the trial is wanted.
import { createInterface } from 'node:readline';
import { runTrial } from './run-trial.ts';
import type { TrialRequest } from './trial-request.ts';

const lines = createInterface({ input: process.stdin });

lines.once('line', (line) => {
  const request: TrialRequest = JSON.parse(line);
  void runTrial(request, (record) => process.stdout.write(`${JSON.stringify(record)}\n`)).then(
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
