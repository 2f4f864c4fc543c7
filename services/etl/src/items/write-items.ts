import { uuidv7obj } from 'uuidv7';
import type { Connection } from '../connections/connection.ts';
import { int8Array, textArray } from '../database/binary-writer.ts';
import { inOrder, type Session } from '../database/session.ts';
import { EntityEvents } from '../entities/entity-event.ts';
import type { EntityModel } from '../entities/entity-model.ts';
import { entityStatements } from '../entities/entity-statements.ts';
import { InvalidItemError } from '../errors.ts';
import { claimFiles } from '../files/claim-files.ts';
import type { EventBatches } from '../outbox/event-batches.ts';
import type { NewRow } from './entity-columns.ts';
import { hashLine } from './hash-lines.ts';
import { prepareRow, type EntityRow } from './prepare-row.ts';
import type { ItemBatch, RefusedRecord } from './read-frame.ts';
import { withoutFiles } from './without-files.ts';
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

/** Asks which items are new or changed, without waiting for the answer. */
export function checkBatches(
  session: Session,
  connection: Connection,
  batches: readonly ItemBatch[],
): CheckedBatch[] {
  return batches.map((batch) => {
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

export interface WriteOptions {
  readonly connection: Connection;
  readonly target: WriteTarget;
  readonly batches: EventBatches;
  /** Find what the database refuses, after a statement has failed on it. */
  readonly isCareful: boolean;
  /** Rules that led to it; none for what a source brings. */
  readonly causedBy?: readonly string[];
}

/** Writes items and deletes within the open transaction, with their events. */
export class WriteItems {
  readonly #options: WriteOptions;
  readonly #events: EntityEvents;
  readonly #sent: Promise<unknown>[] = [];
  readonly refused: RefusedRecord[] = [];
  /** Of the refused: written all the same, without a file. */
  incomplete = 0;
  readonly counts = { created: 0, updated: 0, deleted: 0 };

  constructor(options: WriteOptions) {
    this.#options = options;
    this.#events = new EntityEvents(options.batches, options.connection, options.causedBy);
  }

  /** Sends everything that can be written; the last statements may still be on their way. */
  async write(
    checked: readonly CheckedBatch[],
    deletes: readonly { readonly model: EntityModel; readonly ids: readonly string[] }[],
  ): Promise<void> {
    try {
      for (const batch of checked) await this.#writeBatch(batch);
      for (const { model, ids } of deletes) await this.#delete(model, ids);
    } catch (error) {
      // A statement behind a failed one only says that the transaction has failed.
      await this.sent();
      throw error;
    }
  }

  /** Adds a statement to those that `sent` waits for; until then a rejection is not an unhandled one. */
  send(result: Promise<unknown>): void {
    result.catch(() => undefined);
    this.#sent.push(result);
  }

  /** Resolves when all that was sent has been carried out. */
  async sent(): Promise<void> {
    await inOrder(this.#sent);
  }

  /** Does the work unless it meets an InvalidItemError: then the record is refused. */
  unlessInvalid<T>(
    record: Pick<RefusedRecord, 'type' | 'externalId' | 'isOneOfMany'> & {
      readonly line: Uint8Array;
    },
    work: () => T,
  ): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InvalidItemError)) throw error;
      this.refused.push({ ...record, bytes: record.line.byteLength, reason: error.message });
      return undefined;
    }
  }

  async #writeBatch({ batch, hashes, found }: CheckedBatch): Promise<void> {
    const created: NewRow[] = [];
    const changed: ChangedRow[] = [];
    const prepared = (await found).flatMap(({ place, id, version }) => {
      const row = this.#prepare(batch, place - 1, hashes);
      return row === undefined ? [] : [{ id, version, row }];
    });
    const saved = await this.#claim(prepared.map(({ row }) => row));
    const incomplete: EntityRow[] = [];
    for (const { id, version, row: given } of prepared) {
      const isComplete = given.item.files.every((file) => saved.has(file));
      const row = isComplete ? given : withoutFiles(batch.model, given, saved);
      if (!isComplete) incomplete.push(given);
      if (id === null || version === null) created.push({ id: uuidv7obj(), row });
      else changed.push({ id, version, row });
    }
    if (this.#options.isCareful)
      await this.#upsert(
        batch.model,
        [...created, ...changed].map(({ row }) => row),
      );
    else this.#write(batch.model, created, changed);
    for (const row of incomplete) this.#noteMissing(batch.model, row, saved);
  }

  #prepare(
    { model, items }: ItemBatch,
    index: number,
    hashes: readonly bigint[],
  ): EntityRow | undefined {
    const item = items[index];
    const hash = hashes[index];
    if (item === undefined || hash === undefined) throw new TypeError('the check named no item');
    return this.unlessInvalid({ ...item, type: model.type }, () => prepareRow(model, item, hash));
  }

  /** Without a question where no item names a file, as most do not. */
  #claim(rows: readonly EntityRow[]): Promise<ReadonlySet<string>> {
    const { connection, target } = this.#options;
    const named = new Set(rows.flatMap(({ item }) => item.files));
    return claimFiles(target.session, connection.key, named);
  }

  /** A digest can be guessed: who has not saved the file may not lead others to it. The rest of the item is worth having. */
  #noteMissing(model: EntityModel, row: EntityRow, saved: ReadonlySet<string>): void {
    const isRefused = this.refused.some(
      ({ type, externalId }) => type === model.type && externalId === row.externalId,
    );
    if (isRefused) return;
    const missing = row.item.files.find((file) => !saved.has(file)) ?? '';
    this.incomplete++;
    this.#refuse(
      model,
      row,
      `written without a file: the connection has saved no file ${missing}, or it was removed since; save it in the run that names it`,
    );
  }

  #refuse({ type }: EntityModel, { externalId, line }: EntityRow, reason: string): void {
    this.refused.push({ type, externalId, line, bytes: line.byteLength, reason });
  }

  #write(model: EntityModel, created: readonly NewRow[], changed: readonly ChangedRow[]): void {
    const { target } = this.#options;
    if (created.length > 0) this.send(copyNewRows(target, model, created));
    if (changed.length > 0) this.send(updateChangedRows(target, model, changed));
    for (const { id, row } of created)
      this.#tell(model, { row, id: id.toString(), version: 1, isNew: true });
    for (const { id, version, row } of changed)
      this.#tell(model, { row, id, version: version + 1, isNew: false });
  }

  async #upsert(model: EntityModel, rows: readonly EntityRow[]): Promise<void> {
    const { written, refused } = await upsertCarefully(this.#options.target, model, rows);
    for (const change of written) this.#tell(model, change);
    for (const { row, reason } of refused) this.#refuse(model, row, reason);
  }

  #tell(
    model: EntityModel,
    change: { row: EntityRow; id: string; version: number; isNew: boolean },
  ): void {
    const { row, id, version, isNew } = change;
    const { externalId } = row;
    const subject = isNew ? model.created : model.updated;
    this.#events.written(model, subject, { id, externalId, version }, row.item.json);
    this.counts[isNew ? 'created' : 'updated']++;
  }

  async #delete(model: EntityModel, ids: readonly string[]): Promise<void> {
    const { rows } = await this.#options.target.session.run<{
      id: string;
      external_id: string;
      version: number;
    }>(entityStatements[model.type].delete, [this.#options.connection.key, textArray(ids)]);
    for (const { id, external_id: externalId, version } of rows) {
      this.#events.deleted(model, { id, externalId, version: version + 1 });
      this.counts.deleted++;
    }
  }
}
