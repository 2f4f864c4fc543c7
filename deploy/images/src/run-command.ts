import { spawn } from 'node:child_process';
import { CommandError } from './errors.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

const keptError = 8192;

/** Runs a command and resolves to what it wrote to its standard output. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (errors = (errors + text).slice(-keptError)));
    child.once('error', (error) => reject(new CommandError(command, error.message)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          new CommandError(
            [command, ...args].join(' '),
            errors || `ended with ${String(code ?? signal)}`,
          ),
        );
    });
    child.stdin.on('error', () => undefined); // a command that reads nothing may end first
    child.stdin.end(options.input ?? '');
  });
}
