import { execFile } from 'node:child_process';
import { CliError, exitCodes } from '../errors.ts';

export interface PythonEnd {
  readonly code: number;
  readonly output: string;
}

const command = process.platform === 'win32' ? 'python' : 'python3';
const maxOutput = 16 * 1024 * 1024;

/** Runs the author's own Python; throws when there is none. */
export function runPython(args: readonly string[], input = ''): Promise<PythonEnd> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: maxOutput }, (error, stdout, stderr) => {
      if (error !== null && 'code' in error && error.code === 'ENOENT') reject(noPython());
      else resolve({ code: child.exitCode ?? 1, output: `${stdout}${stderr}` });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function noPython(): CliError {
  return new CliError(
    'python.not_found',
    exitCodes.unavailable,
    `there is no ${command} on this machine; install Python 3.10 or later`,
  );
}
