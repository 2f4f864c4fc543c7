import type { ServiceName } from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { TestPlatform } from './test-platform.ts';

export interface ServiceProcessOptions {
  readonly platform: TestPlatform;
  readonly name: ServiceName;
  readonly database: DatabaseOptions;
  /** Further variables, each with the text of the file it names. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The built service of the package under test as a process of its own, which a test may kill; its log is kept. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #output = '';

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  /** Starts `dist/main.js` of the package that the test is run in, and waits until it is ready. */
  static async start(options: ServiceProcessOptions): Promise<ServiceProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'made-open-service-'));
    const environment = environmentOf(options, folder);
    const child = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServiceProcess(child, folder);
    await service.#ready();
    return service;
  }

  /** Everything it wrote. */
  get output(): string {
    return this.#output;
  }

  get #healthPort(): number {
    const line = this.#output.split('\n').find((text) => text.includes('"service ready"'));
    return Number(/"healthPort":(\d+)/u.exec(line ?? '')?.[1] ?? 0);
  }

  /** What it says of its own readiness. */
  async faults(): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${String(this.#healthPort)}/health/ready`);
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'faults' in answer
      ? answer.faults
      : answer;
  }

  /** As a crash or a power cut would end it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #ready(): Promise<void> {
    await eventually(
      () => {
        if (this.#child.exitCode !== null)
          throw new Error(
            `the service ended with ${String(this.#child.exitCode)}: ${this.#output}`,
          );
        if (this.#healthPort === 0) throw new Error(`the service is not ready: ${this.#output}`);
      },
      // A start takes a second; on a machine that does much else it may take very much longer.
      { timeoutMs: 90_000 },
    );
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill(signal);
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function environmentOf(
  { platform, name, database, files, environment }: ServiceProcessOptions,
  folder: string,
): Record<string, string> {
  const secrets = {
    NATS_CREDENTIALS_FILE: platform.credentials(name),
    DATABASE_PASSWORD_FILE: database.password,
    ...files,
  };
  const paths = Object.entries(secrets).map(([variable, text]) => {
    const path = join(folder, variable);
    writeFileSync(path, text, { mode: 0o600 });
    return [variable, path];
  });
  return {
    PATH: process.env['PATH'] ?? '',
    NATS_URL: platform.nats.url,
    DATABASE_URL: database.url,
    LOG_LEVEL: 'debug',
    ...Object.fromEntries(paths),
    ...environment,
  };
}
