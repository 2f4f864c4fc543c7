import { allowsItem, isItemType } from '@made-open/manifest';
import type { Connection } from '../connections/connection.ts';
import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import type { EntityModel } from '../entities/entity-model.ts';
import { readCheckpoint, saveCheckpoint } from '../runs/checkpoint.ts';
import { withoutRecord } from '../remap/check-stored.ts';
import { cursorOfCheckpoint } from '../remap/raw-cursor.ts';
import type { Counts, RunState } from '../runs/run-state.ts';
import type { FramePlace } from '../runs/decide-frame.ts';
import { EmitEvents } from './emit-events.ts';
import { releaseQuarantine, saveQuarantine } from '../quarantine/quarantine.ts';
import { isUnnamed, type FrameRecords } from './read-frame.ts';
import { WriteItems, type CheckedBatch, type WriteOptions } from './write-items.ts';

const saveSeen: Statement = {
  name: 'save_seen',
  text: 'insert into seen (connection_key, run_id, type, ids) values ($1, $2, $3, $4::text[])',
};
const forgetSwept: Statement = {
  name: 'forget_swept',
  text: `delete from sweep where connection_key = $1 and type = $2 and external_id = any ($3::text[])`,
};

/** An invocation is no step of a run, and says nothing of how far a run has come. */
export function withoutCheckpoint(records: FrameRecords): FrameRecords {
  const { checkpoint: line } = records;
  if (line === undefined) return records;
  const reason =
    'only a sync saves checkpoints: leave context.checkpoint.save out of webhooks, sends and operators';
  const refused = { type: 'checkpoint', externalId: '', line, bytes: line.byteLength, reason };
  return { ...records, checkpoint: undefined, refused: [...records.refused, refused] };
}

/** Takes items of types that the plugin may not write out of a frame; they are kept, since an approval may follow. */
export function withoutForbidden(records: FrameRecords, connection: Connection): FrameRecords {
  const isAllowed = ({ model }: { model: EntityModel }): boolean =>
    allowsItem(connection.grants, model.type);
  if (records.batches.every(isAllowed) && records.deletes.every(isAllowed)) return records;
  const refused = records.batches
    .filter((batch) => !isAllowed(batch))
    .flatMap(({ model, items }) =>
      items.map((item) => ({
        ...item,
        type: model.type,
        bytes: item.line.byteLength,
        reason: `the permission data:write:${model.table} is not approved`,
      })),
    );
  return {
    ...records,
    batches: records.batches.filter(isAllowed),
    deletes: records.deletes.filter(isAllowed),
    refused: [...records.refused, ...refused],
  };
}

export interface ApplyOptions extends WriteOptions {
  readonly state: RunState;
  readonly place: FramePlace;
}

/** Writes the records of one frame within the open transaction. */
export class ApplyRecords {
  readonly #options: ApplyOptions;
  readonly #session: Session;
  readonly #items: WriteItems;
  readonly #emitted: EmitEvents;
  remapProgress: RunState['remapProgress'];

  constructor(options: ApplyOptions) {
    this.#options = options;
    this.remapProgress = options.state.remapProgress;
    this.#session = options.target.session;
    this.#items = new WriteItems(options);
    const { hasErased } = options.state;
    this.#emitted = new EmitEvents({ ...options, items: this.#items, hasErased });
  }

  /** Sends everything; resolves with the counts of this frame, when the last statements may still be on their way. */
  async apply(records: FrameRecords, checked: readonly CheckedBatch[]): Promise<Counts> {
    this.#items.refused.push(...records.refused);
    await this.#items.write(checked, records.deletes);
    await this.#emitted.emit(records.events);
    this.#checkpoint(records.checkpoint);
    // What is stored is no sign that the source still has it.
    if (!this.#options.place.isRemap) this.#see(records);
    if (this.#options.state.hasQuarantine) this.#release(records);
    this.#quarantine();
    return this.#countsOf(records);
  }

  /** Resolves when all that was sent has been carried out. */
  async sent(): Promise<void> {
    await this.#items.sent();
  }

  #countsOf({ itemCount }: FrameRecords): Counts {
    const { counts, incomplete, refused } = this.#items;
    const bad = refused.filter(({ type }) => type !== 'event' && type !== 'checkpoint');
    const items = itemCount + this.#emitted.made;
    const written = counts.created + counts.updated + counts.deleted;
    const unchanged = items - written - (bad.length - incomplete);
    return {
      ...counts,
      events: this.#emitted.published,
      items,
      unchanged: Math.max(unchanged, 0),
      quarantined: refused.length,
    };
  }

  #checkpoint(line: Uint8Array | undefined): void {
    const { connection, place, state: run } = this.#options;
    if (line === undefined) return;
    this.#items.unlessInvalid({ type: 'checkpoint', externalId: '', line }, () => {
      const state = readCheckpoint(line);
      if (place.isRemap) {
        this.remapProgress = { cursor: cursorOfCheckpoint(state), epoch: place.epoch };
        return;
      }
      if (place.epoch <= run.rewoundEpoch) return;
      const saved = { state, place, version: run.checkpointVersion };
      this.#items.send(saveCheckpoint(this.#session, connection.key, saved));
    });
  }

  /** Everything that came exists at its source, whether it could be used or not. */
  #see(records: FrameRecords): void {
    const { connection, state } = this.#options;
    const runId = this.#seeingRun();
    const seen = new Map<string, string[]>(
      records.batches.map(({ model, items }) => [model.type, idsOf(items)]),
    );
    for (const record of records.refused) {
      const { type, externalId } = record;
      if (!isItemType(type) || isUnnamed(record)) continue;
      const ids = seen.get(type) ?? [];
      ids.push(externalId);
      seen.set(type, ids);
    }
    for (const [type, ids] of seen) {
      if (runId !== undefined)
        this.#items.send(
          this.#session.run(saveSeen, [connection.key, runId, type, textArray(ids)]),
        );
      if (state.sweepHeld)
        this.#items.send(this.#session.run(forgetSwept, [connection.key, type, textArray(ids)]));
    }
  }

  /** What an invocation brings while a run is under way is not gone at the source, though the run did not see it. */
  #seeingRun(): string | undefined {
    const { place, state } = this.#options;
    if (!place.isInvocation) return place.runId;
    return state.completed || state.isRemap || state.runId === '' ? undefined : state.runId;
  }

  #quarantine(): void {
    const { connection, place } = this.#options;
    const { refused } = this.#items;
    if (refused.length === 0) return;
    const { runId, isRemap } = place;
    const origin = { connectionKey: connection.key, runId, isRemap };
    const kept = isRemap ? refused.map(withoutRecord) : refused;
    this.#items.send(saveQuarantine(this.#session, origin, kept));
  }

  /** An item that is good again leaves the quarantine, also when it is what was stored before. */
  #release(records: FrameRecords): void {
    const bad = new Set(this.#items.refused.map(({ type, externalId }) => `${type}/${externalId}`));
    const came = [
      ...records.batches.map(({ model, items }) => ({ type: model.type, ids: idsOf(items) })),
      ...records.deletes.map(({ model, ids }) => ({ type: model.type, ids })),
    ];
    for (const { type, ids } of came) {
      const good = ids.filter((id) => !bad.has(`${type}/${id}`));
      const { connection, place } = this.#options;
      const { isRemap } = place;
      this.#items.send(
        releaseQuarantine(this.#session, connection.key, { type, ids: good, isRemap }),
      );
    }
  }
}

function idsOf(items: readonly { readonly externalId: string }[]): string[] {
  return items.map(({ externalId }) => externalId);
}
