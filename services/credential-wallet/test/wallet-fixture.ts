import type { MessageInitShape } from '@bufbuild/protobuf';
import { isSignedBox, open, seal, type Bus } from '@made-open/bus';
import { pluginToken, WalletService, type OAuthClientSchema } from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { ServiceProcess, temporaryFolder, TestPlatform } from '@made-open/testing';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import {
  aTicket,
  kekFile,
  keyPair,
  pluginId,
  rawPublicKey,
  runnerSide,
  sealedPut,
} from './builders.ts';

const { putConfig, registerTicket, bindRunner, deliverConfig } = WalletService.method;

/** The built wallet on real PostgreSQL and NATS, with the manager and runners that use it. */
export class WalletFixture {
  readonly platform: TestPlatform;
  readonly manager: Bus;
  readonly #database: DatabaseOptions;
  readonly #signing = keyPair('ed25519');
  readonly #sealing = keyPair('x25519');
  readonly #kek = kekFile('k1');
  /** What stopped wallets wrote. */
  readonly logs: string[] = [];
  #wallet: ServiceProcess | undefined;
  #environment: Readonly<Record<string, string>> = {};

  private constructor(platform: TestPlatform, database: DatabaseOptions, manager: Bus) {
    this.platform = platform;
    this.#database = database;
    this.manager = manager;
  }

  static async start(environment: Record<string, string> = {}): Promise<WalletFixture> {
    const platform = await TestPlatform.start();
    const database = await platform.database('credential-wallet');
    const fixture = new WalletFixture(platform, database, await platform.bus('plugin-manager'));
    fixture.#environment = environment;
    await fixture.start();
    return fixture;
  }

  get wallet(): ServiceProcess {
    if (this.#wallet === undefined) throw new Error('the wallet is stopped');
    return this.#wallet;
  }

  get walletKey(): Uint8Array {
    return rawPublicKey(this.#sealing.privateKey);
  }

  async start(keys = this.#kek): Promise<void> {
    this.#wallet = await this.replica(keys);
  }

  /** One more wallet on the same database; who starts it stops it. */
  replica(keys = this.#kek): Promise<ServiceProcess> {
    return ServiceProcess.start({
      platform: this.platform,
      name: 'credential-wallet',
      database: this.#database,
      files: {
        KEK_FILE: keys,
        WALLET_SIGNING_KEY_FILE: this.#signing.privateKey,
        WALLET_SEALING_KEY_FILE: this.#sealing.privateKey,
      },
      environment: this.#environment,
    });
  }

  async end(how: 'stop' | 'kill'): Promise<void> {
    await this.#wallet?.[how]();
    this.logs.push(this.#wallet?.output ?? '');
    this.#wallet = undefined;
  }

  async restart(keys?: string): Promise<void> {
    await this.end('stop');
    await this.start(keys);
  }

  /** Runs a command of the built wallet as an operator does. */
  async command(name: string, environment: Readonly<Record<string, string>> = {}) {
    const password = join(temporaryFolder(), 'password');
    writeFileSync(password, this.#database.password, { mode: 0o600 });
    const child = spawn(process.execPath, ['dist/main.js', name], {
      env: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: this.#database.url,
        DATABASE_PASSWORD_FILE: password,
        ...this.#environment,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output, [code]] = await Promise.all([readText(child.stdout), once(child, 'exit')]);
    const lines = output.split('\n').filter((line) => line.startsWith('{'));
    return { code, output, lines: lines.map((line): unknown => JSON.parse(line)) };
  }

  async stop(): Promise<void> {
    await this.end('stop');
    await this.platform.stop();
  }

  async put(connectionId: string, value: unknown, plugin = pluginId) {
    const request = await sealedPut(this.walletKey, value, { connectionId, pluginId: plugin });
    return this.manager.call(putConfig, request);
  }

  /** Puts the client of OAuth as an operator configured it. */
  async putOAuthClient(client: MessageInitShape<typeof OAuthClientSchema>, secret: string) {
    const info = ['madeopen-oauth-client-put-v1', pluginId];
    await this.manager.call(WalletService.method.putOAuthClient, {
      pluginId,
      client,
      secret: await seal(this.walletKey, info, secret),
    });
  }

  async ticketFor(plugin = pluginId): Promise<string> {
    const { ticket, ticketHash } = aTicket();
    const request = { pluginId: plugin, ticketHash, expiresInSeconds: 60 };
    await this.manager.call(registerTicket, request);
    return ticket;
  }

  /** A runner as the manager starts it; `config` gets and opens a config as the runner does. */
  async runner(bus: Bus, plugin = pluginId) {
    const { keys } = await runnerSide();
    const ticket = await this.ticketFor(plugin);
    const { runnerId } = await bind(bus, plugin, ticket, keys.publicKey);
    const ask = async (connectionId: string, change: object = {}, timeoutMs = 5000) => {
      const nonce = randomBytes(16);
      const request = { runnerId, connectionId, runId: 'r1', nonce, ...change };
      const parameters = { plugin: pluginToken(plugin) };
      const answer = await bus.call(deliverConfig, request, { parameters, timeoutMs });
      return { ...answer, nonce };
    };
    const delivered = async (connectionId: string, change: object = {}, timeoutMs?: number) => {
      const answer = await ask(connectionId, change, timeoutMs);
      const { config: box, signature, nonce } = answer;
      const info = ['madeopen-config-v1', plugin, connectionId, 'r1', nonce.toString('hex')];
      if (box === undefined || !isSignedBox(this.#signing.publicKey, info, box, signature))
        throw new Error('not signed by the wallet');
      const value: unknown = JSON.parse(await open(keys.privateKey, info, box));
      return { value, tokenRevision: answer.tokenRevision, tokenProperty: answer.tokenProperty };
    };
    const config = async (connectionId: string): Promise<unknown> =>
      (await delivered(connectionId)).value;
    return { runnerId, ask, delivered, config };
  }

  /** As superuser. */
  async query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = await this.platform.postgres.connect();
    try {
      return (await client.query(text, values)).rows as T[];
    } finally {
      await client.end();
    }
  }
}

export function bind(bus: Bus, plugin: string, ticket: string, publicKey: Uint8Array) {
  const parameters = { plugin: pluginToken(plugin) };
  return bus.call(bindRunner, { ticket, publicKey }, { parameters });
}
