import { create, fromBinary, toBinary, type MessageShape } from '@bufbuild/protobuf';
import {
  busHeaders,
  open,
  readMessage,
  readSealingPrivateKey,
  seal,
  signBox,
  writeMessage,
  type Bus,
  type Delivery,
  type SealedBox,
  type Settlement,
} from '@made-open/bus';
import {
  callSubject,
  consumers,
  EntityService,
  FrameReplySchema,
  ItemFrameSchema,
  pluginIdOf,
  readRecords,
  RunKind,
  RunnerService,
  SchedulerService,
  WalletService,
  type CallMethod,
  type ItemFrame,
  type RecordTestRequest,
  type RunEnd,
} from '@made-open/contracts';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Answers requests of a service with that service's own rights, as the real one would. */
class Answerer {
  readonly #answers = new Map<string, (data: Uint8Array) => Promise<string>>();
  /** False: requests lie there unanswered, as when the service is away. */
  isThere = true;

  constructor(bus: Bus, service: string) {
    bus.consume(
      { stream: 'REQUESTS', name: `${service}-requests` },
      async (delivery) => {
        const answer = this.#answers.get(delivery.subject);
        if (answer !== undefined && this.isThere)
          bus.reply(delivery.headers.get(busHeaders.replyTo) ?? '', await answer(delivery.data));
        return 'ack';
      },
      { concurrency: 8 },
    );
  }

  on<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    token: string,
    answer: (request: MessageShape<I>) => MessageInitShape<O> | Promise<MessageInitShape<O>>,
  ): void {
    this.#answers.set(callSubject(method, { plugin: token }), async (data) =>
      writeMessage(method.output, await answer(readMessage(method.input, data))),
    );
  }
}

/** What a fake manager hands to runners. */
export interface Assigned {
  readonly manifest: object;
  readonly grants: readonly string[];
  readonly bundle: string;
  readonly overrides: object;
}

/** plugin-manager, as far as a runner sees it. */
export class FakeManager {
  readonly lines: string[] = [];
  /** Results of tests by id. */
  readonly tests = new Map<string, RecordTestRequest>();
  /** Another version is active. */
  superseded = false;
  assignments = 0;
  /** Tokens of pods that asked who they are. */
  readonly tokens: string[] = [];
  /** What they seal their requests to. */
  readonly identityKeys = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  /** What such a pod is told; nobody answers without it. */
  identity: (() => Promise<object>) | undefined;

  constructor(bus: Bus, token: string, { manifest, grants, bundle, overrides }: Assigned) {
    const bytes = Buffer.from(bundle);
    const bundleDigest = createHash('sha256').update(bytes).digest('hex');
    const answers = new Answerer(bus, 'plugin-manager');
    answers.on(RunnerService.method.getAssignment, token, () => {
      this.assignments++;
      return {
        manifestJson: JSON.stringify(manifest),
        grants: [...grants],
        bundleDigest,
        egressOverridesJson: JSON.stringify(overrides),
        superseded: this.superseded,
      };
    });
    const pluginId = pluginIdOf(token);
    answers.on(RunnerService.method.identifyRunner, token, async ({ request }) => {
      const { token: podToken, publicKey } = await this.#opened(request);
      this.tokens.push(podToken);
      if (this.identity === undefined) throw new TypeError('no identity is known');
      const hash = createHash('sha256').update(podToken).digest('hex');
      const info = ['madeopen-runner-identity-v1', pluginId, hash];
      return { identity: await seal(publicKey, info, JSON.stringify(await this.identity())) };
    });
    answers.on(RunnerService.method.getBundle, token, ({ offset }) => ({
      // Small, so that there are several.
      chunk: bytes.subarray(offset, offset + 700),
      totalBytes: bytes.length,
    }));
    answers.on(RunnerService.method.recordLogs, token, ({ lines }) => {
      this.lines.push(...lines.map(({ message, fieldsJson }) => `${message} ${fieldsJson}`));
      return {};
    });
    answers.on(RunnerService.method.recordTest, token, (result) => {
      this.tests.set(result.testId, result);
      return {};
    });
  }

  async #opened(request: SealedBox | undefined): Promise<{ token: string; publicKey: Uint8Array }> {
    if (request === undefined) throw new TypeError('nothing is sealed');
    const key = await readSealingPrivateKey(this.identityKeys.privateKey);
    const { token, publicKey }: { token: string; publicKey: string } = JSON.parse(
      await open(key, ['madeopen-runner-request-v1'], request),
    );
    return { token, publicKey: Buffer.from(publicKey, 'base64url') };
  }
}

/** credential-wallet: binds any ticket, and delivers one config for every connection. */
export class FakeWallet {
  readonly signingKey: string;
  readonly answers: Answerer;
  config: object = { apiKey: 'key-of-the-source' };
  /** Connections whose config was asked for. */
  readonly delivered: string[] = [];
  /** Tickets that were shown, and the id of the runner that each became. */
  readonly tickets: string[] = [];
  /** Ids with which configs were asked for. */
  readonly runnerIds: string[] = [];
  /** Signs with a key that is not the wallet's. */
  forges = false;
  #runnerKey: Uint8Array = new Uint8Array();

  constructor(bus: Bus, pluginId: string, token: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.signingKey = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const key = pemOf(privateKey);
    const forger = pemOf(generateKeyPairSync('ed25519').privateKey);
    this.answers = new Answerer(bus, 'credential-wallet');
    this.answers.on(WalletService.method.bindRunner, token, ({ ticket, publicKey: runnerKey }) => {
      this.#runnerKey = runnerKey;
      return { runnerId: `runner-${String(this.tickets.push(ticket))}` };
    });
    this.answers.on(WalletService.method.deliverConfig, token, async (request) => {
      const { connectionId, runId, nonce } = request;
      this.delivered.push(connectionId);
      this.runnerIds.push(request.runnerId);
      const hex = Buffer.from(nonce).toString('hex');
      const info = ['madeopen-config-v1', pluginId, connectionId, runId, hex];
      const config = await seal(this.#runnerKey, info, JSON.stringify(this.config));
      return { config, signature: signBox(this.forges ? forger : key, info, config) };
    });
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** What etl has committed of one connection. */
export class Committed {
  readonly frames: ItemFrame[] = [];
  stateJson = '';
  runId = '';
  epoch = 0;
  /** Of the checkpoint. */
  version = 1;

  /** Ends in the order they came, one for each command. */
  get ends(): RunEnd[] {
    return this.frames.flatMap(({ content }) => (content.case === 'end' ? [content.value] : []));
  }

  get ids(): string[] {
    return this.frames.flatMap(({ content }) =>
      content.case === 'records'
        ? readRecords(content.value).sections.flatMap((section) =>
            'ids' in section ? section.ids : [],
          )
        : [],
    );
  }

  /** `id TAB data TAB raw` of items. */
  get items(): string[] {
    return this.frames.flatMap(({ content }) => {
      if (content.case !== 'records') return [];
      const { sections, lines } = readRecords(content.value);
      const ids = sections.flatMap((section) => (section.kind === 'item' ? section.ids : []));
      return ids.map((id, index) => `${id}\t${Buffer.from(lines[index] ?? []).toString()}`);
    });
  }

  get places(): string[] {
    return this.frames.map(({ epoch, attempt, frame }) => [epoch, attempt, frame].join('/'));
  }
}

/** connector-scheduler: lets runs of one connection send so many requests, and says which runs are wanted. */
export class FakeScheduler {
  requestsLeft = 0;
  /** What it says when there is none left. */
  waitMs = 60_000;
  readonly cancelled = new Set<string>();
  /** The newest attempt of runs that have more than one. */
  readonly attempts = new Map<string, number>();

  constructor(bus: Bus, token: string) {
    const answers = new Answerer(bus, 'connector-scheduler');
    answers.on(SchedulerService.method.keepRun, token, ({ runId, attempt }) => {
      const superseded = attempt < (this.attempts.get(runId) ?? 1);
      return { wanted: !superseded && !this.cancelled.has(runId), superseded };
    });
    answers.on(SchedulerService.method.takeRequests, token, ({ wanted }) => {
      const granted = Math.min(wanted, this.requestsLeft);
      this.requestsLeft -= granted;
      return granted > 0 ? { granted, waitMs: 0 } : { granted, waitMs: this.waitMs };
    });
  }
}

/** etl: takes the next frame of the newest attempt, drops older ones, sends back what comes too early. */
export class FakeEtl {
  readonly #bus: Bus;
  readonly #connections = new Map<string, Committed>();
  /** Pages of entities by cursor, the first by none. */
  pages: Readonly<Record<string, { ids: readonly string[]; nextCursor: string }>> = {};
  /** What every connection was made from, in pages of a hundred. */
  storedRaw: readonly { type: string; externalId: string; rawJson: string }[] = [];
  /** A page is given when it lets it. */
  beforeRaw: (from: number) => Promise<void> | void = () => undefined;
  /** Frames wait for it. */
  gate: Promise<void> = Promise.resolve();

  constructor(bus: Bus, token: string) {
    this.#bus = bus;
    for (const consumer of consumers().filter(({ stream }) => stream === 'ITEMS'))
      bus.consume(consumer, (delivery) => this.#take(delivery), { concurrency: 1 });
    const answers = new Answerer(bus, 'etl');
    answers.on(EntityService.method.getCheckpoint, token, ({ connectionId }) => {
      const { stateJson, runId, epoch, version } = this.of(connectionId);
      return { stateJson, runId, epoch, version };
    });
    answers.on(EntityService.method.queryEntities, token, ({ cursor }) => {
      const { ids = [], nextCursor = '' } = this.pages[cursor] ?? {};
      return { entities: ids.map((entityId) => ({ origin: { entityId } })), nextCursor };
    });
    answers.on(EntityService.method.listStoredRaw, token, async (request) => {
      const { connectionId, epoch, attempt, cursor } = request;
      const { frames, stateJson, epoch: checkpointEpoch } = this.of(connectionId);
      const last = frames.at(-1);
      if (last?.epoch !== epoch || last.attempt !== attempt || last.kind !== RunKind.REMAP)
        throw new Error('stored raw is for a remap under way');
      const saved = stateJson === '' ? '0' : String(Object(JSON.parse(stateJson)).state);
      const from = Number(cursor === '' ? saved : cursor);
      await this.beforeRaw(from);
      const items = this.storedRaw.slice(from, from + 100);
      const next = from + items.length;
      const nextCursor = next < this.storedRaw.length ? String(next) : '';
      return { items, nextCursor, checkpointEpoch };
    });
  }

  of(connectionId: string): Committed {
    const committed = this.#connections.get(connectionId) ?? new Committed();
    this.#connections.set(connectionId, committed);
    return committed;
  }

  async #take(delivery: Delivery): Promise<Settlement> {
    await this.gate;
    const frame = fromBinary(ItemFrameSchema, delivery.data);
    const committed = this.of(delivery.subject.split('.').at(-1) ?? '');
    const verdict = this.#verdict(committed, frame);
    if (verdict === 'early') return { nakAfterMs: 250 };
    if (verdict === 'next') commit(committed, frame);
    const inbox = delivery.headers.get(busHeaders.replyTo);
    if (inbox !== undefined)
      this.#bus.reply(
        inbox,
        toBinary(FrameReplySchema, create(FrameReplySchema, { accepted: verdict === 'next' })),
      );
    return 'ack';
  }

  #verdict({ frames }: Committed, { epoch, attempt, frame }: ItemFrame): 'next' | 'old' | 'early' {
    const last = frames.at(-1);
    if (last === undefined || epoch > last.epoch) return frame === 0 ? 'next' : 'early';
    if (epoch < last.epoch || attempt < last.attempt) return 'old';
    if (attempt > last.attempt) return frame === 0 ? 'next' : 'early';
    if (frame <= last.frame) return 'old';
    return frame === last.frame + 1 ? 'next' : 'early';
  }
}

function commit(committed: Committed, frame: ItemFrame): void {
  committed.frames.push(frame);
  const { content } = frame;
  if (content.case !== 'records') return;
  const { sections, lines } = readRecords(content.value);
  if (sections.at(-1)?.kind !== 'checkpoint') return;
  committed.stateJson = Buffer.from(lines.at(-1) ?? []).toString();
  committed.runId = frame.runId;
  committed.epoch = frame.epoch;
}
