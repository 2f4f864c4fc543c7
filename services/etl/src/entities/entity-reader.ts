import type { JsonObject, JsonValue, MessageInitShape } from '@bufbuild/protobuf';
import type { EntityRecordSchema } from '@made-open/contracts';
import { DatabaseError, type Pool } from 'pg';
import { ListTimeoutError } from '../errors.ts';
import { isPlainObject } from '../items/json-value.ts';
import { writeCursor } from './entity-cursor.ts';
import type { EntityField, ReadModel } from './entity-model.ts';
import {
  listStatement,
  maxPageBytes,
  type EntityQuery,
  type ListStatement,
} from './list-statement.ts';

type EntityRecord = MessageInitShape<typeof EntityRecordSchema>;

export interface EntityPage {
  readonly entities: EntityRecord[];
  /** Empty on the last page. */
  readonly nextCursor: string;
}

/** A row of a list; columns of the model's fields come beside these. */
interface Row extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
  readonly space_id: string;
  readonly connection_id: string;
  readonly plugin_id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly tags: string[];
  /** Rows before the cut by size. */
  readonly found: string;
}

/** A question of a plugin may order millions of rows; it must not hold a connection for long. */
const timeLimit = '4s';
const queryCanceled = '57014';
const maxSpaces = 500;
/** Ids, times and names around the fields. */
const envelopeBytes = 600;

/** Reads entities without `raw`, in pages that are cut by number and by bytes. */
export class EntityReader {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(model: ReadModel, query: EntityQuery): Promise<EntityPage> {
    const statement = listStatement(model, query);
    const rows = await this.#read(statement);
    const entities: EntityRecord[] = [];
    let bytes = 0;
    for (const row of rows.slice(0, query.limit)) {
      const fields = fieldsOf(model, row);
      bytes += Buffer.byteLength(JSON.stringify([fields, row.tags])) + envelopeBytes;
      if (bytes > maxPageBytes && entities.length > 0) break;
      entities.push(recordOf(model, row, fields));
    }
    const last = rows[entities.length - 1];
    const isLast = last === undefined || entities.length >= Number(last.found);
    return { entities, nextCursor: isLast ? '' : cursorOf(statement, last) };
  }

  /** Spaces that have connections, behind this one, in the order of their ids. */
  async listSpaces(after: string): Promise<string[]> {
    const { rows } = await this.#pool.query<{ space_id: string }>(
      `select distinct space_id collate "C" as space_id from connection where space_id collate "C" > $1
       order by 1 limit ${String(maxSpaces)}`,
      [after],
    );
    return rows.map(({ space_id }) => space_id);
  }

  async #read({ text, values }: ListStatement): Promise<Row[]> {
    const client = await this.#pool.connect();
    try {
      await client.query(`begin read only; set local statement_timeout = '${timeLimit}'`);
      const { rows } = await client.query<Row>(text, [...values]);
      await client.query('commit');
      client.release();
      return rows;
    } catch (error) {
      client.release(true);
      if (error instanceof DatabaseError && error.code === queryCanceled)
        throw new ListTimeoutError(timeLimit, error);
      throw error;
    }
  }
}

function cursorOf({ order, orderColumn }: ListStatement, row: Row): string {
  const value = jsonValue(row[orderColumn]);
  return writeCursor(order, {
    id: row.id,
    value: typeof value === 'object' || value === undefined ? null : value,
  });
}

function recordOf(model: ReadModel, row: Row, fields: JsonObject): EntityRecord {
  return {
    origin: {
      entityId: row.id,
      spaceId: row.space_id,
      connectionId: row.connection_id,
      pluginId: row.plugin_id,
      externalId: row.external_id,
      version: row.version,
    },
    type: model.entityType,
    fields,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    tags: row.tags,
  };
}

/** The fields of an entity from a row with its columns; absent ones are left out, as in events. */
export function fieldsOf(model: ReadModel, row: Readonly<Record<string, unknown>>): JsonObject {
  const fields: JsonObject = {};
  for (const { name, column, kind } of model.fields satisfies readonly EntityField[]) {
    const value = kind === 'objects' ? listOfObjects(row[column]) : jsonValue(row[column]);
    if (value !== undefined) fields[name] = value;
  }
  const attributes = jsonObject(row['attributes']);
  if (attributes !== undefined) fields['attributes'] = attributes;
  return fields;
}

/** The driver has parsed the column's JSON, which etl has written. */
function listOfObjects(value: unknown): JsonObject[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function jsonObject(value: unknown): JsonObject | undefined {
  return isPlainObject(value) ? JSON.parse(JSON.stringify(value)) : undefined;
}

function jsonValue(value: unknown): JsonValue | undefined {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}
