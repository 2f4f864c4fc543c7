import { eventually, TestPlatform } from '@made-open/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectDatabase, type Database, type DatabaseOptions } from '@made-open/postgres';
import { aManifest, guideConnector } from '../contracts/seed-plugin.ts';
import { Description } from './description.ts';
import { FakeServices } from './fake-services.ts';
import { pushForm, sendRequest, type Answer, type Ask } from './send-request.ts';

const entry = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const fakeRunner = fileURLToPath(new URL('fake-runner.ts', import.meta.url));

export const bootstrapId = 'bootstrap001';
export const bootstrapKey = `mop_${bootstrapId}_${'s'.repeat(43)}`;

/** plugin-manager as the process that it is, on real NATS and PostgreSQL, with other services that answer as a test wants. */
export class Manager {
  readonly platform: TestPlatform;
  readonly fakes: FakeServices;
  readonly database: Database<unknown>;
  readonly folder: string;
  /** Every line of its log so far. */
  readonly lines: string[] = [];
  /** Every body that it answered so far. */
  readonly answers: string[] = [];
  /** Holds every answer against the description of the API. */
  readonly description = new Description();
  readonly #options: DatabaseOptions;
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(
    parts: Pick<Manager, 'platform' | 'fakes' | 'folder'>,
    options: DatabaseOptions,
    environment: NodeJS.ProcessEnv,
  ) {
    this.platform = parts.platform;
    this.fakes = parts.fakes;
    this.folder = parts.folder;
    this.#options = options;
    this.#environment = environment;
    this.database = connectDatabase(options);
  }

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<Manager> {
    const platform = await TestPlatform.start();
    const fakes = await FakeServices.start(platform);
    const folder = mkdtempSync(join(tmpdir(), 'made-open-manager-'));
    const options = await platform.database('plugin-manager');
    const manager = new Manager({ platform, fakes, folder }, options, environment);
    await manager.run();
    manager.description.read((await manager.ask('GET', '/openapi.json', { key: '' })).body);
    return manager;
  }

  /** Another replica of the same service, with a process of its own. */
  async beside(environment: NodeJS.ProcessEnv = {}): Promise<Manager> {
    const folder = mkdtempSync(join(tmpdir(), 'made-open-manager-'));
    const parts = { platform: this.platform, fakes: this.fakes, folder };
    const other = new Manager(parts, this.#options, { ...this.#environment, ...environment });
    await other.run();
    other.description.read((await other.ask('GET', '/openapi.json', { key: '' })).body);
    return other;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Starts the process and waits until it is ready. */
  async run(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const seen = this.lines.length;
    void this.spawn(environment);
    const look = (): number => {
      const ready = this.lines.slice(seen).find((line) => line.includes('"msg":"service ready"'));
      if (ready === undefined) throw new Error(`it is not ready:\n${this.lines.join('\n')}`);
      return (JSON.parse(ready) as { port: number }).port;
    };
    // A start takes a second; on a machine that does much else it may take very much longer.
    this.#port = await eventually(look, { timeoutMs: 90_000 });
  }

  /** Starts the process and waits for its end. */
  async spawn(environment: NodeJS.ProcessEnv = {}): Promise<number | null> {
    const { identity, nats, credentials } = this.#platformParts();
    const file = (name: string, text: string): string => {
      writeFileSync(join(this.folder, name), text, { mode: 0o600 });
      return join(this.folder, name);
    };
    const child = spawn(process.execPath, [entry], {
      env: {
        PATH: process.env['PATH'] ?? '',
        NATS_URL: nats,
        NATS_CREDENTIALS_FILE: file('creds', credentials),
        DATABASE_URL: this.#options.url,
        DATABASE_PASSWORD_FILE: file('password', this.#options.password),
        NATS_ACCOUNT_PUBLIC_KEY: identity.accountPublicKey,
        RUNNER_SIGNING_KEY_FILE: file('runner-seed', identity.runnerSigningSeed),
        WALLET_SEALING_PUBLIC_KEY_FILE: file('sealing', this.fakes.sealing.publicKey),
        WALLET_SIGNING_PUBLIC_KEY_FILE: file('signing', this.fakes.signing.publicKey),
        BOOTSTRAP_KEY_ID: bootstrapId,
        BOOTSTRAP_KEY_HASH: createHash('sha256').update(bootstrapKey).digest('hex'),
        PUBLIC_URL: 'https://api.example.com',
        RATE_PER_SECOND: '1000',
        RATE_BURST: '1000',
        RUNNER_ENTRY: fakeRunner,
        EXIT_ON_STDIN_END: '1',
        LOG_LEVEL: 'debug',
        ...this.#environment,
        ...environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const output of [child.stdout, child.stderr]) this.#follow(output);
    return new Promise((resolve) => child.once('close', resolve));
  }

  /** Ends the process by a signal and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill(signal);
    return ended;
  }

  async stop(): Promise<void> {
    await this.stopReplica();
    await this.platform.stop();
  }

  /** Ends this process, and leaves the platform to the others. */
  async stopReplica(): Promise<void> {
    await this.end('SIGTERM');
    await this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async ask(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await sendRequest(this.url, { method, path, key: bootstrapKey, ...ask });
    const { status, isJson, body } = answer;
    this.answers.push(answer.text);
    this.description.check({ method, path, status, isJson, body });
    return answer;
  }

  get(path: string, ask: Ask = {}): Promise<Answer> {
    return this.ask('GET', `/admin/v1${path}`, ask);
  }

  post(path: string, body: unknown = {}, ask: Ask = {}): Promise<Answer> {
    return this.ask('POST', `/admin/v1${path}`, { ...ask, body });
  }

  put(path: string, body: unknown, ask: Ask = {}): Promise<Answer> {
    return this.ask('PUT', `/admin/v1${path}`, { ...ask, body });
  }

  patch(path: string, body: unknown, ask: Ask = {}): Promise<Answer> {
    return this.ask('PATCH', `/admin/v1${path}`, { ...ask, body });
  }

  delete(path: string, ask: Ask = {}): Promise<Answer> {
    return this.ask('DELETE', `/admin/v1${path}`, ask);
  }

  /** Pushes plugin.json and sources; the guide's connector unless others are given. */
  push(
    manifest: string,
    sources: Readonly<Record<string, string>> = { 'src/index.ts': guideConnector },
  ): Promise<Answer> {
    return this.post('/plugins', pushForm(manifest, sources));
  }

  /** Pushes and activates a plugin with all that it asks for. */
  async install(changes: Record<string, unknown> = {}): Promise<string> {
    const manifest = aManifest(changes);
    const { id, version, permissions } = JSON.parse(manifest) as {
      id: string;
      version: string;
      permissions: string[];
    };
    const pushed = await this.push(manifest);
    if (pushed.status > 201) throw new Error(pushed.text);
    const path = `/plugins/${id}/versions/${version}/approve`;
    const approved = await this.post(path, { permissions, activate: true });
    if (approved.status !== 200) throw new Error(approved.text);
    return id;
  }

  async connect(pluginId: string, config: object = { apiKey: 'k' }): Promise<string> {
    const made = await this.post('/connections', { plugin_id: pluginId, name: 'Mine', config });
    if (made.status !== 201) throw new Error(made.text);
    return String(made.body['id']);
  }

  /** A key of the admin API with these scopes. */
  async key(scopes: readonly string[], expiresInMs = 3_600_000): Promise<string> {
    const made = await this.post('/keys', {
      name: 'a key',
      scopes,
      expires_at: new Date(Date.now() + expiresInMs).toISOString(),
    });
    if (made.status !== 201) throw new Error(made.text);
    return String(made.body['key']);
  }

  async rows<T>(query: string, values: readonly unknown[] = []): Promise<T[]> {
    const { rows } = await this.database.pool.query(query, [...values]);
    return rows as T[];
  }

  /** Lines of the log with this message. */
  logged(message: string): Record<string, unknown>[] {
    return this.lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === message);
  }

  /** Most memory that the process ever held, in MB. */
  peakMemoryMb(): number {
    const status = readFileSync(`/proc/${String(this.pid)}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1]) / 1024;
  }

  #platformParts() {
    const { identity, nats } = this.platform;
    return { identity, nats: nats.url, credentials: this.platform.credentials('plugin-manager') };
  }

  #follow(output: NodeJS.ReadableStream): void {
    let rest = '';
    output.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.lines.push(...lines);
    });
  }
}
