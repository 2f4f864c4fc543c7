import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../../libs/cli/bin/made-open.js', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as its user has it: a process of its own, with nothing but what it is given. */
export class MadeOpen {
  readonly folder: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#env = env;
  }

  run(
    args: readonly string[],
    { env = {}, input = '' }: { env?: Readonly<Record<string, string>>; input?: string } = {},
  ): Promise<Ran> {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.folder, ...this.#env, ...env },
      stdio: 'pipe',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end(input);
    return new Promise((resolve) => {
      child.once('close', (status) => resolve({ status, stdout, stderr }));
    });
  }

  /** The result of a command that has to succeed. */
  async json<T>(args: readonly string[], given: Parameters<MadeOpen['run']>[1] = {}): Promise<T> {
    const { status, stdout, stderr } = await this.run([...args, '--json'], given);
    if (status !== 0)
      throw new Error(`made-open ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }
}
