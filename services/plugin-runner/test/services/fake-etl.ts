import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { busHeaders, type Bus, type Delivery, type Settlement } from '@made-open/bus';
import {
  consumers,
  EntityService,
  FileService,
  FrameReplySchema,
  ItemFrameSchema,
  readRecords,
  RunKind,
  type ItemFrame,
} from '@made-open/contracts';
import { Answerer } from './answerer.ts';
import { Committed } from './committed.ts';

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
  /** Of another connection of the space: a message may name them. */
  readonly files = new Map<string, Uint8Array>();
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
    answers.on(FileService.method.readPluginFile, token, ({ fileId, isAttachment }) => {
      const content = isAttachment ? this.files.get(fileId) : undefined;
      if (content === undefined) return {};
      return { file: { fileId, sizeBytes: content.byteLength, chunks: 1 }, content };
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
    const verdict =
      frame.kind === RunKind.INVOCATION
        ? invocationVerdict(committed, frame)
        : this.#verdict(committed, frame);
    if (verdict === 'early') return { nakAfterMs: 250 };
    if (verdict === 'next') commit(committed, frame);
    const inbox = delivery.headers.get(busHeaders.replyTo);
    if (inbox !== undefined)
      this.#bus.reply(
        inbox,
        toBinary(FrameReplySchema, create(FrameReplySchema, { accepted: verdict !== 'old' })),
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

/** What it has of an invocation already is no fault, and not taken again. */
function invocationVerdict({ frames }: Committed, { runId }: ItemFrame): 'next' | 'known' {
  return frames.some((frame) => frame.runId === runId) ? 'known' : 'next';
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
