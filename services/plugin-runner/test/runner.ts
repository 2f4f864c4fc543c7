import { ensureRunnerConsumer, runnerCredentials, type Bus } from '@made-open/bus';
import {
  bootstrapUser,
  canaryConsumer,
  pluginToken,
  runnerConsumer,
  RunCanarySchema,
  RunRemapSchema,
  RunSyncSchema,
  TestConnectionSchema,
  versionToken,
} from '@made-open/contracts';
import { startService, type RunningService } from '@made-open/nest';
import { eventually, TestPlatform } from '@made-open/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pluginRunner } from '../src/service.ts';
import type { Committed } from './services/committed.ts';
import { FakeEtl } from './services/fake-etl.ts';
import { FakeManager, type Assigned } from './services/fake-manager.ts';
import { FakeScheduler } from './services/fake-scheduler.ts';
import { FakeWallet } from './services/fake-wallet.ts';
import { Source } from './services/source.ts';

const pluginId = 'com.example.runs';
export const token = pluginToken(pluginId);
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Parts {
  readonly source: Source;
  readonly port: number;
  readonly etl: Bus;
  readonly manager: Bus;
  readonly wallet: Bus;
  readonly scheduler: Bus;
  readonly credentials: string;
}

interface Started {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In the place of the connector that most tests run. */
  readonly assigned: Partial<Assigned>;
}

/** A runner on a real nats-server, with services around it that answer what a test wants. */
export class RunnerFixture {
  readonly source: Source;
  readonly platform: TestPlatform;
  readonly #folder = mkdtempSync(join(tmpdir(), 'made-open-runner-'));
  readonly #environment: Readonly<Record<string, string>>;
  readonly #running: (() => Promise<void>)[] = [];
  #epoch = 0;
  readonly etl: FakeEtl;
  readonly manager: FakeManager;
  readonly wallet: FakeWallet;
  readonly scheduler: FakeScheduler;
  readonly #scheduler: Bus;
  readonly #manager: Bus;
  #tests = 0;

  private constructor(
    platform: TestPlatform,
    parts: Parts,
    { bundle, environment, assigned }: Started,
  ) {
    this.platform = platform;
    this.source = parts.source;
    this.#scheduler = parts.scheduler;
    this.#manager = parts.manager;
    this.etl = new FakeEtl(parts.etl, token);
    this.wallet = new FakeWallet(parts.wallet, pluginId, token);
    this.scheduler = new FakeScheduler(parts.scheduler, token);
    const grants = [
      'network:outbound:http://source.example',
      'event:publish:connector.*',
      'data:write:persons',
      'data:read:persons',
    ];
    this.manager = new FakeManager(parts.manager, token, {
      manifest: {
        id: pluginId,
        name: 'Runs',
        version: '1.0.0',
        type: 'connector',
        entrypoint: './index.ts',
        permissions: grants,
        configSchema: { type: 'object', properties: { apiKey: { type: 'string' } } },
      },
      grants,
      bundle,
      overrides: { 'source.example:80': { address: '127.0.0.1', port: parts.port } },
      ...assigned,
    });
    const secrets = JSON.stringify({ ticket: 't', walletSigningKey: this.wallet.signingKey });
    this.#environment = {
      PLUGIN_ID: pluginId,
      PLUGIN_VERSION: '1.0.0',
      NATS_URL: platform.nats.url,
      NATS_CREDENTIALS_FILE: this.#file('nats.creds', parts.credentials),
      RUNNER_SECRETS_FILE: this.#file('secrets.json', secrets),
      LOG_LEVEL: 'fatal',
      ...environment,
    };
  }

  static async start(
    bundle: string,
    environment: Record<string, string> = {},
    assigned: Partial<Assigned> = {},
  ): Promise<RunnerFixture> {
    const platform = await TestPlatform.start();
    await ensureRunnerConsumer(await platform.administrator(), pluginId);
    const { accountPublicKey, runnerSigningSeed } = platform.identity;
    const source = new Source();
    const parts: Parts = {
      source,
      port: await source.listen(),
      etl: await platform.bus('etl'),
      manager: await platform.bus('plugin-manager'),
      wallet: await platform.bus('credential-wallet'),
      scheduler: await platform.bus('connector-scheduler'),
      credentials: await runnerCredentials(
        { accountPublicKey, signingSeed: runnerSigningSeed },
        pluginId,
      ),
    };
    return new RunnerFixture(platform, parts, { bundle, environment, assigned });
  }

  /** A runner in this process. */
  async runner(environment: Record<string, string> = {}): Promise<RunningService> {
    const service = await startService({
      ...pluginRunner,
      environment: { ...this.#environment, ...environment },
    });
    this.#running.push(() => service.stop());
    return service;
  }

  /** A runner in this process that knows of itself what a pod knows: a token of its cluster. */
  async podRunner(podToken: string): Promise<RunningService> {
    const { RUNNER_SECRETS_FILE: _secrets, ...environment } = this.#environment;
    const service = await startService({
      ...pluginRunner,
      environment: {
        ...environment,
        NATS_CREDENTIALS_FILE: this.#file(
          'bootstrap.creds',
          this.platform.identity.credentials[bootstrapUser] ?? '',
        ),
        IDENTITY_TOKEN_FILE: this.#file('token', podToken),
        MANAGER_IDENTITY_KEY_FILE: this.#file('identity.pub', this.manager.identityKeys.publicKey),
      },
    });
    this.#running.push(() => service.stop());
    return service;
  }

  /** What plugin-manager tells a pod of this plugin. */
  async identity(ticket: string, expiresInSeconds: number): Promise<object> {
    const { accountPublicKey, runnerSigningSeed: signingSeed } = this.platform.identity;
    return {
      credentials: await runnerCredentials({ accountPublicKey, signingSeed }, pluginId),
      ticket,
      walletSigningKey: this.wallet.signingKey,
      expiresInSeconds,
    };
  }

  /** A runner as plugin-manager starts it, to be killed. */
  runnerProcess(): ChildProcess {
    const child = spawn(process.execPath, [main], { env: this.#environment, stdio: 'ignore' });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#running.push(async () => {
      child.kill('SIGKILL');
      await gone;
    });
    return child;
  }

  /** Sends a command as connector-scheduler does. */
  async sync(
    connectionId: string,
    {
      runId = `run-${connectionId}`,
      slice = 1,
      isRemap = false,
      hasRequestBudget = false,
      canary = '',
    } = {},
  ): Promise<Committed> {
    const epoch = ++this.#epoch;
    const trigger = slice === 1 ? 'manual' : 'slice';
    const origin = { runId, epoch, connectionId, spaceId: 'default', pluginId, slice, trigger };
    const options = {
      parameters: { plugin: token },
      messageId: `${connectionId}/${String(epoch)}`,
    };
    if (canary !== '') {
      const parameters = { plugin: token, version: versionToken(canary) };
      const command = { ...origin, pluginVersion: canary };
      await this.#scheduler.publish(RunCanarySchema, command, { ...options, parameters });
    } else if (isRemap) await this.#scheduler.publish(RunRemapSchema, origin, options);
    else await this.#scheduler.publish(RunSyncSchema, { ...origin, hasRequestBudget }, options);
    return this.etl.of(connectionId);
  }

  /** What lies in the plugin's work queue, and what runners have taken from it and not ended. */
  async queue(): Promise<unknown> {
    const { stream, name } = runnerConsumer(pluginId);
    const administrator = await this.platform.administrator();
    return (await administrator.request(`$JS.API.CONSUMER.INFO.${stream}.${name}`)).json();
  }

  /** How many commands lie there for any runner. */
  async commands(): Promise<number> {
    const administrator = await this.platform.administrator();
    const info = await administrator.request(
      `$JS.API.STREAM.INFO.${runnerConsumer(pluginId).stream}`,
    );
    return info.json<{ state: { messages: number } }>().state.messages;
  }

  /** How many commands of versions that are tried out went back, and wait to be delivered again. */
  async returned(): Promise<number> {
    const { stream, name } = canaryConsumer(pluginId);
    const administrator = await this.platform.administrator();
    const info = await administrator.request(`$JS.API.CONSUMER.INFO.${stream}.${name}`);
    return info.json<{ num_ack_pending: number }>().num_ack_pending;
  }

  /** Asks for a test as plugin-manager does; gives its id. */
  async askForTest(connectionId: string, withinMs: number): Promise<string> {
    const testId = `test-${String(++this.#tests)}`;
    const endBefore = new Date(Date.now() + withinMs).toISOString();
    await this.#manager.publish(
      TestConnectionSchema,
      { testId, connectionId, endBefore },
      { parameters: { plugin: token, connection: connectionId } },
    );
    return testId;
  }

  /** What a test of a connection comes to. */
  async test(connectionId: string, withinMs = 60_000) {
    const testId = await this.askForTest(connectionId, withinMs);
    return eventually(
      () => {
        const result = this.manager.tests.get(testId);
        if (result === undefined) throw new Error(`there is no result of ${testId} yet`);
        return result;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** The end of the newest command of a connection. */
  ended(committed: Committed, count = 1, timeoutMs = 30_000) {
    return eventually(
      () => {
        const end = committed.ends[count - 1];
        if (end === undefined)
          throw new Error(`no end yet, but ${committed.places.slice(-3).join(' ') || 'no frame'}`);
        return end;
      },
      { timeoutMs },
    );
  }

  async stop(): Promise<void> {
    for (const stop of this.#running) await stop();
    this.source.close();
    await this.platform.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #file(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }
}
