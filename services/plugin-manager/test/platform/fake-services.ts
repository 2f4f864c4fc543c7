import { open, readSealingPrivateKey, RemoteError } from '@made-open/bus';
import {
  ApiKeyService,
  EntityService,
  IndexState,
  RunKind,
  RunState,
  SchedulerService,
  SearchService,
  WalletService,
  type RegisterApiKeyRequest,
  type ServiceName,
} from '@made-open/contracts';
import type { TestPlatform } from '@made-open/testing';
import { generateKeyPairSync } from 'node:crypto';
import { answerOAuth } from './fake-oauth.ts';
import { answerPeople } from './fake-people.ts';
import { answerDeliveries } from './fake-deliveries.ts';
import { answerEndpoints } from './fake-endpoints.ts';
import { answerRules } from './fake-rules.ts';
import { FakeService } from './fake-service.ts';

const { putConfig, deleteConfig, registerTicket } = WalletService.method;
const { requestSync, listRuns, getRun, cancelRun, listDueRuns, listSubscriptions } =
  SchedulerService.method;
const { eraseConnection, listCheckpoints, rewindCheckpoint, findUnreadableCheckpoints } =
  EntityService.method;
const { listQuarantine, dropQuarantine, replayQuarantine, resolveSweep } = EntityService.method;
const { reindex, cancelReindex, listIndexes } = SearchService.method;
const { registerApiKey, revokeApiKey } = ApiKeyService.method;

export interface KeptConfig {
  readonly revision: number;
  readonly pluginId: string;
  readonly config: unknown;
  /** Of an endpoint, whose former secret goes on for so long. */
  readonly keepFormerSeconds: number;
}

/** The services that plugin-manager asks, each answering what the real one would. */
export class FakeServices {
  readonly sealing = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  readonly signing = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  /** Clients of OAuth in the wallet by plugin. */
  oauthClients: ReturnType<typeof answerOAuth> = new Map();
  /** Configs in the wallet by connection. */
  readonly configs = new Map<string, KeptConfig>();
  /** Plugins for whose runners a ticket was announced. */
  readonly tickets: string[] = [];
  /** Keys that the gateway knows. */
  readonly clientKeys = new Map<string, RegisterApiKeyRequest>();
  /** Connections of which a sync was asked for; the newest run has the highest number. */
  readonly synced: string[] = [];
  /** Connections of which a remap is open. */
  readonly remapped = new Set<string>();
  /** Runs whose sweep is held. */
  readonly held = new Set<string>();
  /** Ids of what was dropped from a quarantine; none for all. */
  readonly dropped: string[][] = [];
  /** Connections with the generation that etl should know, in the order in which they were erased. */
  readonly erased: string[] = [];
  /** Epochs that connections were taken back to. */
  readonly rewound: number[] = [];
  /** Records of people that etl has. */
  readonly people: ReturnType<typeof answerPeople>;
  /** What the gateway has received, the newest first. */
  readonly deliveries: ReturnType<typeof answerDeliveries>;
  readonly wallet: FakeService;
  readonly scheduler: FakeService;
  /** Of every connection. */
  readonly subscriptions: { webhook: string; state: string; errorCode?: string }[] = [];
  /** When plugins have their next run. */
  readonly dueRuns: { pluginId: string; dueInMs: number }[] = [];
  readonly etl: FakeService;
  readonly gateway: FakeService;
  readonly indexer: FakeService;
  readonly rules: FakeService;
  #revision = 0;

  private constructor(
    services: Pick<FakeServices, 'wallet' | 'scheduler' | 'etl' | 'gateway' | 'indexer' | 'rules'>,
  ) {
    this.wallet = services.wallet;
    this.scheduler = services.scheduler;
    this.etl = services.etl;
    this.gateway = services.gateway;
    this.indexer = services.indexer;
    this.rules = services.rules;
    answerRules(this.rules);
    answerEndpoints(this.rules);
    this.answerAsWallet();
    this.#answerAsScheduler();
    this.#answerAsEtl();
    this.people = answerPeople(this.etl);
    this.#answerAsGateway();
    this.deliveries = answerDeliveries(this.gateway);
    this.#answerAsIndexer();
  }

  static async start(platform: TestPlatform): Promise<FakeServices> {
    const start = async (name: ServiceName): Promise<FakeService> =>
      new FakeService(await platform.bus(name), name);
    return new FakeServices({
      wallet: await start('credential-wallet'),
      scheduler: await start('connector-scheduler'),
      etl: await start('etl'),
      gateway: await start('channel-gateway'),
      indexer: await start('search-indexer'),
      rules: await start('rules'),
    });
  }

  answerAsWallet(): void {
    this.oauthClients = answerOAuth(this.wallet, this.sealing.privateKey);
    this.wallet.on(putConfig, async (request) => {
      const { spaceId, connectionId, pluginId, keptProperties, addition, keepFormerSeconds } =
        request;
      const key = await readSealingPrivateKey(this.sealing.privateKey);
      const purpose = addition ? 'madeopen-config-add-v1' : 'madeopen-config-put-v1';
      const info = [purpose, spaceId, connectionId, pluginId];
      if (request.config === undefined)
        throw new RemoteError('wallet.invalid', 'no config', 'never');
      const opened = JSON.parse(await open(key, info, request.config)) as object;
      const before = Object.entries(this.configs.get(connectionId)?.config ?? {}).filter(
        ([name]) => addition || keptProperties.includes(name),
      );
      const config = { ...opened, ...Object.fromEntries(before) };
      const revision = ++this.#revision;
      this.configs.set(connectionId, { revision, pluginId, config, keepFormerSeconds });
      return { revision };
    });
    this.wallet.on(deleteConfig, ({ connectionId }) => {
      this.configs.delete(connectionId);
      return {};
    });
    this.wallet.on(registerTicket, ({ pluginId }) => {
      this.tickets.push(pluginId);
      return {};
    });
  }

  #answerAsIndexer(): void {
    const index = { generation: 1, engine: 'postgres', state: IndexState.LIVE };
    this.indexer.on(listIndexes, () => ({ indexes: [index] }));
    this.indexer.on(reindex, () => ({ index: { ...index, state: IndexState.FILLING } }));
    this.indexer.on(cancelReindex, () => ({ canceled: true }));
  }

  #answerAsScheduler(): void {
    const run = (number: number) => ({
      runId: `run-${String(number)}`,
      connectionId: this.synced[number - 1] ?? '',
      pluginId: 'com.example.my-connector',
      spaceId: 'default',
      state: number === 3 ? RunState.PARKED : RunState.QUEUED,
      resumesAt: number === 3 ? '2026-11-21T06:10:00.000Z' : '',
      trigger: 'manual',
      epoch: number,
      slice: 1,
      queuedAt: '2026-11-21T06:00:00.000Z',
      counts: { items: 3, created: 2 },
      error: { code: 'sandbox.error', message: 'it failed' },
      sweepHeld: this.held.has(`run-${String(number)}`),
    });
    this.scheduler.on(requestSync, ({ connectionId, kind }) => {
      if (kind === RunKind.REMAP) this.remapped.add(connectionId);
      else if (this.remapped.has(connectionId))
        throw new RemoteError('scheduler.other_run.conflict', 'remap run-1 is open', 'never');
      const alreadyRunning = this.synced.includes(connectionId);
      if (!alreadyRunning) this.synced.push(connectionId);
      return { run: { ...run(this.synced.indexOf(connectionId) + 1), kind }, alreadyRunning };
    });
    this.scheduler.on(listRuns, ({ connectionId, limit, cursor }) => {
      const own = this.synced.indexOf(connectionId) + 1;
      if (this.held.has(`run-${String(own)}`)) return { runs: [run(own)], nextCursor: '' };
      const after = cursor === '' ? 0 : Number(cursor);
      const numbers = [1, 2, 3].filter((number) => number > after).slice(0, limit);
      const last = numbers.at(-1) ?? 3;
      return { runs: numbers.map(run), nextCursor: last < 3 ? String(last) : '' };
    });
    this.scheduler.on(listSubscriptions, () => ({ subscriptions: this.subscriptions }));
    this.scheduler.on(listDueRuns, () => ({ dueRuns: this.dueRuns }));
    this.scheduler.on(cancelRun, ({ runId }) => {
      const number = Number(runId.replace('run-', ''));
      if (number === 2)
        throw new RemoteError('scheduler.run_ended.conflict', 'run-2 has ended', 'never');
      return number > this.synced.length
        ? {}
        : { run: { ...run(number), state: RunState.CANCELLED } };
    });
    this.scheduler.on(getRun, ({ runId }) => {
      const number = Number(runId.replace('run-', ''));
      return number <= this.synced.length ? { run: run(number) } : {};
    });
  }

  #answerAsEtl(): void {
    this.etl.on(listQuarantine, ({ connectionId }) => ({
      items: [
        {
          id: '9d3f0c52-6b1e-4f7a-9a40-2c8e5d7b1f36',
          connectionId,
          runId: 'run-1',
          type: 'person',
          externalId: '17',
          reason: 'display_name must be text',
          createdAt: '2026-11-21T06:00:00.000Z',
        },
      ],
      nextCursor: '',
    }));
    this.etl.on(eraseConnection, ({ connectionId, generation }) => {
      this.erased.push(`${connectionId} ${String(generation)}`);
      return { done: true, erased: 40 };
    });
    this.etl.on(listCheckpoints, () => ({
      checkpoints: [
        {
          epoch: this.rewound.at(-1) ?? 12,
          runId: 'run-1',
          savedAt: '2026-11-21T06:00:00.000Z',
          sizeBytes: 20,
          stateJson: '{"state":{"page":7}}',
          isCurrent: true,
        },
      ],
    }));
    this.etl.on(findUnreadableCheckpoints, () => ({ connectionIds: [], total: 0 }));
    this.etl.on(rewindCheckpoint, ({ epoch }) => {
      this.rewound.push(epoch);
      return {};
    });
    this.etl.on(resolveSweep, () => ({ deleted: 250 }));
    this.etl.on(replayQuarantine, () => ({ replayed: 1, refused: 0, nextCursor: '' }));
    this.etl.on(dropQuarantine, ({ ids }) => {
      this.dropped.push(ids);
      return { dropped: ids.length || 3 };
    });
  }

  #answerAsGateway(): void {
    this.gateway.on(registerApiKey, (request) => {
      this.clientKeys.set(request.keyId, request);
      return {};
    });
    this.gateway.on(revokeApiKey, ({ keyId }) => ({ revoked: this.clientKeys.delete(keyId) }));
  }
}
