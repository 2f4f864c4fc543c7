import { uuidv7obj } from 'uuidv7';
import { allowsItem, isItemType } from '@made-open/manifest';
import type { Connection } from '../connections/connection.ts';
import { int8Array, textArray } from '../database/binary-writer.ts';
import { inOrder, type Session, type Statement } from '../database/session.ts';
import { EntityEvents } from '../entities/entity-event.ts';
import type { EntityModel } from '../entities/entity-model.ts';
import { entityStatements } from '../entities/entity-statements.ts';
import { InvalidItemError } from '../errors.ts';
import type { EventBatches } from '../outbox/event-batches.ts';
import { readCheckpoint, saveCheckpoint } from '../runs/checkpoint.ts';
import type { Counts, RunState } from '../runs/run-state.ts';
import type { FramePlace } from '../runs/decide-frame.ts';
import type { NewRow } from './entity-columns.ts';
import { hashLine } from './hash-lines.ts';
import { addPluginEvent } from './plugin-events.ts';
import { prepareRow, type EntityRow } from './prepare-row.ts';
import { releaseQuarantine, saveQuarantine } from './quarantine.ts';
import type { FrameRecords, ItemBatch, RefusedRecord } from './read-frame.ts';
import {
  copyNewRows,
  updateChangedRows,
  upsertCarefully,
  type ChangedRow,
  type WriteTarget,
} from './write-entities.ts';

interface CheckRow {
  readonly place: number;
  readonly id: string | null;
  readonly version: number | null;
}

/** Items whose stored hashes were asked for. */
export interface CheckedBatch {
  readonly batch: ItemBatch;
  readonly hashes: readonly bigint[];
  /** New and changed items. */
  readonly found: Promise<readonly CheckRow[]>;
}

const saveSeen: Statement = {
  name: 'save_seen',
  text: 'insert into seen (connection_key, run_id, type, ids) values ($1, $2, $3, $4::text[])',
};
const forgetSwept: Statement = {
  name: 'forget_swept',
  text: `delete from sweep where connection_key = $1 and type = $2 and external_id = any ($3::text[])`,
};

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

/** Asks which items are new or changed, without waiting for the answer. */
export function checkBatches(
  session: Session,
  connection: Connection,
  records: FrameRecords,
): CheckedBatch[] {
  return records.batches.map((batch) => {
    const hashes = batch.items.map(({ line }) => hashLine(line, connection.mappingVersion));
    const found = session
      .run<{ place: number; id: string | null; version: number | null }>(
        entityStatements[batch.model.type].check,
        [connection.key, textArray(batch.items.map((item) => item.externalId)), int8Array(hashes)],
      )
      .then(({ rows }) => rows);
    found.catch(() => undefined); // waited for with the rest of the pipeline
    return { batch, hashes, found };
  });
}

export interface ApplyOptions {
  readonly connection: Connection;
  readonly state: RunState;
  readonly place: FramePlace;
  readonly target: WriteTarget;
  readonly batches: EventBatches;
  /** Find what the database refuses, after a statement has failed on it. */
  readonly isCareful: boolean;
}

/** Writes the records of one frame within the open transaction. */
export class ApplyRecords {
  readonly #options: ApplyOptions;
  readonly #session: Session;
  readonly #events: EntityEvents;
  readonly #sent: Promise<unknown>[] = [];
  readonly #refused: RefusedRecord[] = [];
  readonly #counts = { created: 0, updated: 0, deleted: 0, events: 0 };

  constructor(options: ApplyOptions) {
    this.#options = options;
    this.#session = options.target.session;
    this.#events = new EntityEvents(options.batches, options.connection);
  }

  /** Sends everything; resolves with the counts of this frame, when the last statements may still be on their way. */
  async apply(records: FrameRecords, checked: readonly CheckedBatch[]): Promise<Counts> {
    try {
      this.#refused.push(...records.refused);
      for (const batch of checked) await this.#writeBatch(batch);
      for (const { model, ids } of records.deletes) await this.#delete(model, ids);
    } catch (error) {
      // A statement behind a failed one only says that the transaction has failed.
      await this.sent();
      throw error;
    }
    for (const event of records.events) this.#emit(event);
    this.#checkpoint(records.checkpoint);
    this.#see(records);
    if (this.#options.state.hasQuarantine) this.#release(records);
    this.#quarantine();
    return this.#countsOf(records);
  }

  /** Resolves when all that was sent has been carried out. */
  async sent(): Promise<void> {
    await inOrder(this.#sent);
  }

  #countsOf({ itemCount }: FrameRecords): Counts {
    const { created, updated, deleted } = this.#counts;
    const bad = this.#refused.filter(({ type }) => type !== 'event' && type !== 'checkpoint');
    const unchanged = itemCount - created - updated - deleted - bad.length;
    return {
      ...this.#counts,
      items: itemCount,
      unchanged: Math.max(unchanged, 0),
      quarantined: this.#refused.length,
    };
  }

  async #writeBatch({ batch, hashes, found }: CheckedBatch): Promise<void> {
    const created: NewRow[] = [];
    const changed: ChangedRow[] = [];
    for (const { place, id, version } of await found) {
      const row = this.#prepare(batch, place - 1, hashes);
      if (row === undefined) continue;
      if (id === null || version === null) created.push({ id: uuidv7obj(), row });
      else changed.push({ id, version, row });
    }
    if (this.#options.isCareful)
      await this.#upsert(
        batch.model,
        [...created, ...changed].map(({ row }) => row),
      );
    else this.#write(batch.model, created, changed);
  }

  #prepare(
    { model, items }: ItemBatch,
    index: number,
    hashes: readonly bigint[],
  ): EntityRow | undefined {
    const item = items[index];
    const hash = hashes[index];
    if (item === undefined || hash === undefined) throw new TypeError('the check named no item');
    return this.#unlessInvalid({ ...item, type: model.type }, () => prepareRow(model, item, hash));
  }

  #write(model: EntityModel, created: readonly NewRow[], changed: readonly ChangedRow[]): void {
    const { target } = this.#options;
    if (created.length > 0) this.#send(copyNewRows(target, model, created));
    if (changed.length > 0) this.#send(updateChangedRows(target, model, changed));
    for (const { id, row } of created)
      this.#tell(model, { row, id: id.toString(), version: 1, isNew: true });
    for (const { id, version, row } of changed)
      this.#tell(model, { row, id, version: version + 1, isNew: false });
  }

  async #upsert(model: EntityModel, rows: readonly EntityRow[]): Promise<void> {
    const { written, refused } = await upsertCarefully(this.#options.target, model, rows);
    for (const change of written) this.#tell(model, change);
    for (const { row, reason } of refused)
      this.#refused.push({ type: model.type, externalId: row.externalId, line: row.line, reason });
  }

  #tell(
    model: EntityModel,
    change: { row: EntityRow; id: string; version: number; isNew: boolean },
  ): void {
    const { row, id, version, isNew } = change;
    const { externalId } = row;
    const subject = isNew ? model.created : model.updated;
    this.#events.written(model, subject, { id, externalId, version }, row.item.json);
    this.#counts[isNew ? 'created' : 'updated']++;
  }

  async #delete(model: EntityModel, ids: readonly string[]): Promise<void> {
    const { rows } = await this.#session.run<{ id: string; external_id: string; version: number }>(
      entityStatements[model.type].delete,
      [this.#options.connection.key, textArray(ids)],
    );
    for (const { id, external_id: externalId, version } of rows) {
      this.#events.deleted(model, { id, externalId, version: version + 1 });
      this.#counts.deleted++;
    }
  }

  #emit({ subject, line }: { subject: string; line: Uint8Array }): void {
    const { batches, connection } = this.#options;
    const externalId = subject.replaceAll('\u0000', '').slice(0, 512).toWellFormed();
    this.#unlessInvalid({ type: 'event', externalId, line }, () => {
      addPluginEvent(batches, connection, { subject, line });
      this.#counts.events++;
    });
  }

  #checkpoint(line: Uint8Array | undefined): void {
    if (line === undefined) return;
    const { connection, place } = this.#options;
    this.#unlessInvalid({ type: 'checkpoint', externalId: '', line }, () => {
      const state = readCheckpoint(line);
      this.#send(saveCheckpoint(this.#session, connection.key, { state, place }));
    });
  }

  /** Everything that came exists at its source, whether it could be used or not. */
  #see(records: FrameRecords): void {
    const { connection, place, state } = this.#options;
    const seen = new Map<string, string[]>(
      records.batches.map(({ model, items }) => [model.type, idsOf(items)]),
    );
    for (const { type, externalId } of records.refused) {
      if (!isItemType(type)) continue;
      const ids = seen.get(type) ?? [];
      ids.push(externalId);
      seen.set(type, ids);
    }
    for (const [type, ids] of seen) {
      this.#send(this.#session.run(saveSeen, [connection.key, place.runId, type, textArray(ids)]));
      if (state.sweepHeld)
        this.#send(this.#session.run(forgetSwept, [connection.key, type, textArray(ids)]));
    }
  }

  #quarantine(): void {
    const { connection, place } = this.#options;
    const origin = { connectionKey: connection.key, runId: place.runId };
    if (this.#refused.length > 0) this.#send(saveQuarantine(this.#session, origin, this.#refused));
  }

  /** An item that is good again leaves the quarantine, also when it is what was stored before. */
  #release(records: FrameRecords): void {
    const bad = new Set(this.#refused.map(({ type, externalId }) => `${type}/${externalId}`));
    const came = [
      ...records.batches.map(({ model, items }) => ({ type: model.type, ids: idsOf(items) })),
      ...records.deletes.map(({ model, ids }) => ({ type: model.type, ids })),
    ];
    for (const { type, ids } of came) {
      const good = ids.filter((id) => !bad.has(`${type}/${id}`));
      this.#send(
        releaseQuarantine(this.#session, this.#options.connection.key, { type, ids: good }),
      );
    }
  }

  #unlessInvalid<T>(record: Omit<RefusedRecord, 'reason'>, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InvalidItemError)) throw error;
      this.#refused.push({ ...record, reason: error.message });
      return undefined;
    }
  }

  /** Its result is asked for in `sent`; until then a rejection is not an unhandled one. */
  #send(result: Promise<unknown>): void {
    result.catch(() => undefined);
    this.#sent.push(result);
  }
}

function idsOf(items: readonly { readonly externalId: string }[]): string[] {
  return items.map(({ externalId }) => externalId);
}
