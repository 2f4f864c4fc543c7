import { fromBinary } from '@bufbuild/protobuf';
import {
  ItemFrameSchema,
  lineCount,
  readRecords,
  RecordFrameError,
  RunKind,
  type RecordSection,
  type RefusedSection,
  type RunBegin,
  type RunEnd,
} from '@made-open/contracts';
import { isItemType } from '@made-open/manifest';
import { isUtf8 } from 'node:buffer';
import { entityModels, type EntityModel } from '../entities/entity-model.ts';
import { InvalidFrameError } from '../errors.ts';
import type { FramePlace } from '../runs/decide-frame.ts';

/** One item as it came: nothing of its line has been read. */
export interface ItemLine {
  readonly externalId: string;
  readonly line: Uint8Array;
}

/** Items of one type; of an id that came twice only the last is left. */
export interface ItemBatch {
  readonly model: EntityModel;
  readonly items: readonly ItemLine[];
}

/** Something that cannot be used whatever it holds. */
export interface RefusedRecord {
  readonly type: string;
  /** Empty for an item that told no id, and for a checkpoint. */
  readonly externalId: string;
  readonly reason: string;
  /** Absent when the sandbox did not hand it over. */
  readonly line?: Uint8Array;
  /** Of the whole record, also when it is not there. */
  readonly bytes: number;
  /** Told apart by what it holds: of the same name there are many, and each is worth keeping. */
  readonly isOneOfMany?: boolean;
}

/** An item that the sandbox refused without an id: nobody can say which entity it is. */
export function isUnnamed({ type, externalId }: RefusedRecord): boolean {
  return externalId === '' && type !== 'checkpoint';
}

/** An event as a plugin emitted it. */
export interface EmittedEvent {
  readonly subject: string;
  readonly line: Uint8Array;
}

/** What a frame of records asks for. */
export interface FrameRecords {
  readonly batches: readonly ItemBatch[];
  readonly deletes: readonly { readonly model: EntityModel; readonly ids: readonly string[] }[];
  readonly events: readonly EmittedEvent[];
  readonly checkpoint: Uint8Array | undefined;
  readonly refused: readonly RefusedRecord[];
  /** Items and deletes as the plugin counted them, repetitions included. */
  readonly itemCount: number;
  /** Deletes, repetitions included. */
  readonly deleteCount: number;
}

export const noRecords: FrameRecords = {
  batches: [],
  deletes: [],
  events: [],
  checkpoint: undefined,
  refused: [],
  itemCount: 0,
  deleteCount: 0,
};

export type FrameContent =
  | { readonly case: 'begin'; readonly value: RunBegin }
  | { readonly case: 'records'; readonly value: FrameRecords | RecordFrameError }
  | { readonly case: 'end'; readonly value: RunEnd };

/** A frame with its place in its run. */
export interface Frame {
  /** Token of the plugin, from the subject: the server checked that the publisher is its runner. */
  readonly plugin: string;
  readonly connectionId: string;
  readonly place: FramePlace;
  readonly content: FrameContent;
}

/** Reads a message of the stream ITEMS; throws InvalidFrameError. */
export function readFrame(subject: string, data: Uint8Array): Frame {
  const [, , plugin, connectionId] = subject.split('.');
  if (plugin === undefined || connectionId === undefined)
    throw new InvalidFrameError(`subject ${subject} names no plugin and connection`);
  const { runId, epoch, attempt, frame, content, kind } = decode(data);
  if (content.case === undefined) throw new InvalidFrameError('the frame is empty');
  if (!/^[\x21-\x7e]{1,128}$/u.test(runId))
    throw new InvalidFrameError('the run id is not 1 to 128 printable characters');
  const isRemap = kind === RunKind.REMAP;
  const isInvocation = kind === RunKind.INVOCATION;
  const place: FramePlace = {
    runId,
    epoch,
    attempt,
    frame,
    kind: content.case,
    isRemap,
    isInvocation,
  };
  return {
    plugin,
    connectionId,
    place,
    content:
      content.case === 'records'
        ? { case: 'records', value: tryReadRecords(content.value) }
        : content,
  };
}

function decode(data: Uint8Array) {
  try {
    return fromBinary(ItemFrameSchema, data);
  } catch (error) {
    throw new InvalidFrameError('the message is not an ItemFrame', { cause: error });
  }
}

/** Records of a wrong form keep their place in the run: were they lost, the frames behind them would wait for ever. */
function tryReadRecords(bytes: Uint8Array): FrameRecords | RecordFrameError {
  try {
    return readFrameRecords(bytes);
  } catch (error) {
    if (error instanceof RecordFrameError) return error;
    throw error;
  }
}

function readFrameRecords(bytes: Uint8Array): FrameRecords {
  const { sections, lines } = readRecords(bytes);
  const gathered = new Gathered(isUtf8(bytes));
  let next = 0;
  for (const section of sections) {
    const count = lineCount(section);
    gathered.add(section, lines.slice(next, next + count));
    next += count;
  }
  return gathered.records();
}

const notUtf8 = 'it is not valid UTF-8';

/** Sorts the sections of a frame by what becomes of them. */
class Gathered {
  readonly #isUtf8: boolean;
  readonly #items = new Map<EntityModel, Map<string, Uint8Array>>();
  readonly #deletes = new Map<EntityModel, Set<string>>();
  readonly #events: { subject: string; line: Uint8Array }[] = [];
  readonly #refused: RefusedRecord[] = [];
  #checkpoint: Uint8Array | undefined;
  #itemCount = 0;
  #deleteCount = 0;

  constructor(frameIsUtf8: boolean) {
    this.#isUtf8 = frameIsUtf8;
  }

  add(section: RecordSection, lines: readonly Uint8Array[]): void {
    switch (section.kind) {
      case 'item':
        this.#addItems(section.type, section.ids, lines);
        break;
      case 'refused':
        this.#addRefused(section);
        break;
      case 'delete':
        this.#addDeletes(section.type, section.ids);
        break;
      case 'event':
        section.subjects.forEach((subject, index) => {
          const line = lineAt(lines, index);
          if (this.#isReadable(line)) this.#events.push({ subject, line });
          else this.#refuse({ type: 'event', externalId: subject, line }, notUtf8);
        });
        break;
      default: {
        const line = lineAt(lines, 0);
        if (this.#isReadable(line)) this.#checkpoint = line;
        else this.#refuse({ type: 'checkpoint', externalId: '', line }, notUtf8);
      }
    }
  }

  records(): FrameRecords {
    return {
      batches: [...this.#items].map(([model, items]) => ({
        model,
        items: Array.from(items, ([externalId, line]) => ({ externalId, line })),
      })),
      deletes: [...this.#deletes].map(([model, ids]) => ({ model, ids: [...ids] })),
      events: this.#events,
      checkpoint: this.#checkpoint,
      refused: this.#refused,
      itemCount: this.#itemCount,
      deleteCount: this.#deleteCount,
    };
  }

  #addItems(type: string, ids: readonly string[], lines: readonly Uint8Array[]): void {
    this.#itemCount += ids.length;
    const items = isItemType(type) ? this.#itemsOf(entityModels[type]) : undefined;
    for (const [index, externalId] of ids.entries()) {
      const line = lineAt(lines, index);
      if (items === undefined)
        this.#refuse({ type, externalId, line }, 'there is no such item type');
      else if (this.#isReadable(line)) items.set(externalId, line);
      else this.#refuse({ type, externalId, line }, notUtf8);
    }
  }

  #itemsOf(model: EntityModel): Map<string, Uint8Array> {
    const known = this.#items.get(model) ?? new Map<string, Uint8Array>();
    this.#items.set(model, known);
    return known;
  }

  #addRefused({ type, ids, reasons, sizes }: RefusedSection): void {
    this.#itemCount += ids.length;
    for (const [index, externalId] of ids.entries())
      this.#refused.push({
        type: storable(type),
        externalId,
        reason: storable(reasons[index] ?? ''),
        bytes: sizes[index] ?? 0,
      });
  }

  #addDeletes(type: string, ids: readonly string[]): void {
    this.#itemCount += ids.length;
    this.#deleteCount += ids.length;
    if (!isItemType(type)) return;
    const model = entityModels[type];
    const known = this.#deletes.get(model) ?? new Set();
    for (const id of ids) known.add(id);
    this.#deletes.set(model, known);
  }

  #isReadable(line: Uint8Array): boolean {
    return this.#isUtf8 || isUtf8(line);
  }

  #refuse({ type, externalId, line }: ItemLine & { type: string }, reason: string): void {
    this.#refused.push({
      type: storable(type),
      externalId: storable(externalId),
      line,
      bytes: line.byteLength,
      reason,
    });
  }
}

function lineAt(lines: readonly Uint8Array[], index: number): Uint8Array {
  const line = lines[index];
  if (line === undefined) throw new TypeError('a section has fewer lines than records');
  return line;
}

/** Texts that a plugin made up, cut to what a row of the quarantine can hold. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').slice(0, 1024).toWellFormed();
}
