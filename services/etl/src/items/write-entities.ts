import { uuidv7obj } from 'uuidv7';
import { textArray } from '../database/binary-writer.ts';
import { isDataError, type Session, type Statement } from '../database/session.ts';
import type { EntityModel } from '../entities/entity-model.ts';
import { entityStatements } from '../entities/entity-statements.ts';
import { InvalidItemError } from '../errors.ts';
import { contentArrays, writeRows, type NewRow } from './entity-columns.ts';
import { checkRaw, type EntityRow } from './prepare-row.ts';

/** An entity that exists and whose item has changed. */
export interface ChangedRow {
  readonly id: string;
  /** Before the change. */
  readonly version: number;
  readonly row: EntityRow;
}

/** Where rows go. */
export interface WriteTarget {
  readonly session: Session;
  readonly connectionKey: number;
  readonly time: Date;
}

/** Another writer has changed rows since they were checked; under the fence this happens to no one. */
export class RowsChangedError extends Error {
  override readonly name = 'RowsChangedError';
  readonly code = 'etl.rows_changed';
  readonly retry = 'later';
}

/** Sends new rows as one COPY. */
export function copyNewRows(
  { session, connectionKey, time }: WriteTarget,
  model: EntityModel,
  rows: readonly NewRow[],
): Promise<void> {
  return session.copy(entityStatements[model.type].copy, (writer) => {
    writeRows(writer, model, { connectionKey, time, rows });
  });
}

/** Sends changed rows as one UPDATE; rejects when one of them is not what it was when it was checked. */
export async function updateChangedRows(
  { session, time }: WriteTarget,
  model: EntityModel,
  rows: readonly ChangedRow[],
): Promise<void> {
  const { rowCount } = await session.run(entityStatements[model.type].update, [
    time,
    `{${rows.map(({ id }) => id).join(',')}}`,
    `{${rows.map(({ version }) => version).join(',')}}`,
    ...contentArrays(
      model,
      rows.map(({ row }) => row),
    ),
  ]);
  if (rowCount !== rows.length)
    throw new RowsChangedError('rows changed between check and update; the frame is repeated');
}

/** What became of one row. */
export interface UpsertedRow {
  readonly row: EntityRow;
  readonly id: string;
  readonly version: number;
  readonly isNew: boolean;
}

/** Result of writing rows that may hold what PostgreSQL refuses. */
export interface Upserted {
  readonly written: readonly UpsertedRow[];
  readonly refused: readonly { readonly row: EntityRow; readonly reason: string }[];
}

/** Writes rows one half at a time where a statement fails, so that what cannot be stored is found and the rest is kept. */
export async function upsertCarefully(
  target: WriteTarget,
  model: EntityModel,
  rows: readonly EntityRow[],
): Promise<Upserted> {
  const readable: EntityRow[] = [];
  const refused: { row: EntityRow; reason: string }[] = [];
  for (const row of rows) {
    const reason = faultOfRaw(row);
    if (reason === undefined) readable.push(row);
    else refused.push({ row, reason });
  }
  const rest = await upsertHalves(target, model, readable);
  return { written: rest.written, refused: [...refused, ...rest.refused] };
}

async function upsertHalves(
  target: WriteTarget,
  model: EntityModel,
  rows: readonly EntityRow[],
): Promise<Upserted> {
  if (rows.length === 0) return { written: [], refused: [] };
  await target.session.command('savepoint rows');
  try {
    const written = await upsert(target, model, rows);
    await target.session.command('release savepoint rows');
    return { written, refused: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    await target.session.command('rollback to savepoint rows');
    const [only] = rows;
    if (rows.length === 1 && only !== undefined)
      return { written: [], refused: [{ row: only, reason: `PostgreSQL: ${error.message}` }] };
    const middle = Math.ceil(rows.length / 2);
    const left = await upsertHalves(target, model, rows.slice(0, middle));
    const right = await upsertHalves(target, model, rows.slice(middle));
    return {
      written: [...left.written, ...right.written],
      refused: [...left.refused, ...right.refused],
    };
  }
}

async function upsert(
  { session, connectionKey, time }: WriteTarget,
  model: EntityModel,
  rows: readonly EntityRow[],
): Promise<UpsertedRow[]> {
  const statement: Statement = entityStatements[model.type].upsert;
  const ids = rows.map(() => uuidv7obj().toString());
  const { rows: stored } = await session.run<{
    id: string;
    external_id: string;
    version: number;
  }>(statement, [
    time,
    connectionKey,
    `{${ids.join(',')}}`,
    textArray(rows.map((row) => row.externalId)),
    ...contentArrays(model, rows),
  ]);
  const proposed = new Set(ids);
  const byId = new Map(rows.map((row) => [row.externalId, row]));
  return stored.flatMap(({ id, external_id, version }) => {
    const row = byId.get(external_id);
    return row === undefined ? [] : [{ row, id, version, isNew: proposed.has(id) }];
  });
}

function faultOfRaw(row: EntityRow): string | undefined {
  try {
    checkRaw(row);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidItemError) return error.message;
    throw error;
  }
}
