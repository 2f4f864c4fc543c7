import type { Bus } from '@made-open/bus';
import { ApiKeyService } from '@made-open/contracts';
import { startService, type RunningService } from '@made-open/nest';
import { connectDatabase, type Database, type DatabaseOptions } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import type { RouteOptions } from 'fastify';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewaySchema } from '../src/database/migrations.ts';
import { channelGateway } from '../src/service.ts';
import { FakeServices } from './fake-services.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface Ask {
  /** Empty: none is sent. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const bootstrapId = 'bootstrap001';
export const publicUrl = 'https://api.example.com';

/** The wallet's, whose public half the gateway has. */
export const walletSealing = generateKeyPairSync('x25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export function keyOf(id: string, letter = 's'): string {
  return `mop_${id}_${letter.repeat(43)}`;
}

export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The gateway as a whole on real NATS and PostgreSQL, with services behind it that answer what a test wants. */
export class Gateway {
  readonly service: RunningService;
  readonly database: Database<GatewaySchema>;
  readonly manager: Bus;
  readonly fakes: FakeServices;
  readonly platform: TestPlatform;
  /** For a further gateway beside it. */
  readonly databaseOptions: DatabaseOptions;
  readonly #folder: string;

  private constructor(
    platform: TestPlatform,
    folder: string,
    parts: Pick<Gateway, 'service' | 'database' | 'databaseOptions' | 'manager' | 'fakes'>,
  ) {
    this.platform = platform;
    this.#folder = folder;
    this.service = parts.service;
    this.database = parts.database;
    this.databaseOptions = parts.databaseOptions;
    this.manager = parts.manager;
    this.fakes = parts.fakes;
  }

  /** `onRoute` hears of every HTTP route. */
  static async start(
    environment: NodeJS.ProcessEnv = {},
    onRoute: (route: RouteOptions) => void = () => undefined,
  ): Promise<Gateway> {
    const platform = await TestPlatform.start();
    const folder = mkdtempSync(join(tmpdir(), 'made-open-gateway-'));
    const options = await platform.database('channel-gateway');
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const service = await startService({
      ...channelGateway,
      configure: (app, config) => {
        app.getHttpAdapter().getInstance().addHook('onRoute', onRoute);
        return channelGateway.configure?.(app, config);
      },
      environment: {
        NATS_URL: platform.nats.url,
        NATS_CREDENTIALS_FILE: file('nats.creds', platform.credentials('channel-gateway')),
        DATABASE_URL: options.url,
        DATABASE_PASSWORD_FILE: file('password', options.password),
        BOOTSTRAP_KEY_ID: bootstrapId,
        BOOTSTRAP_KEY_HASH_FILE: file('key.hash', `${hashOf(keyOf(bootstrapId))}\n`),
        WALLET_SEALING_PUBLIC_KEY_FILE: file('wallet-sealing.pub', walletSealing.publicKey),
        PUBLIC_URL: publicUrl,
        LOG_LEVEL: 'fatal',
        ...environment,
      },
    });
    return new Gateway(platform, folder, {
      service,
      database: connectDatabase<GatewaySchema>(options),
      databaseOptions: options,
      manager: await platform.bus('plugin-manager'),
      fakes: new FakeServices(await platform.bus('etl'), await platform.bus('search-indexer')),
    });
  }

  async get(path: string, { key = keyOf(bootstrapId), headers = {} }: Ask = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${String(this.service.port)}${path}`, {
      redirect: 'manual',
      headers: { ...(key === '' ? {} : { Authorization: `Bearer ${key}` }), ...headers },
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const body = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body, text };
  }

  /** Asks the port of probes and metrics. */
  async health(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${String(this.service.healthPort)}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** A refusal, which always is a problem. */
  async problem(path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.get(path, ask);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    expect(answer.body).toMatchObject({ status: answer.status, type: 'about:blank' });
    return answer;
  }

  /** Registers a key as plugin-manager does, and gives its text. */
  async register(
    id: string,
    of: { spaceId?: string; scopes?: string[]; expiresAt?: string } = {},
  ): Promise<string> {
    const key = keyOf(id);
    await this.manager.call(ApiKeyService.method.registerApiKey, {
      keyId: id,
      keyHash: hashOf(key),
      name: 'a client',
      spaceId: 'default',
      scopes: ['search:read', 'data:read'],
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      ...of,
    });
    return key;
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.database.close();
    await this.platform.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
