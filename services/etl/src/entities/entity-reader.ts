import type { EntityRecord } from '@made-open/contracts';
import { create, type JsonObject } from '@bufbuild/protobuf';
import { EntityRecordSchema, EntityType } from '@made-open/contracts';
import type { Pool } from 'pg';
import { QueryError } from '../errors.ts';
import { entityDefinitions, type EntityColumn, type EntityDefinition } from './entity-types.ts';

/** Which entities of a space are wanted. */
export interface EntityQuery {
  readonly spaceId: string;
  readonly type: EntityType;
  readonly limit: number;
  readonly cursor?: string;
  readonly connectionId?: string;
  readonly updatedSince?: string;
  readonly entityId?: string;
  /** Equality by field of the model. */
  readonly where?: Readonly<Record<string, unknown>>;
}

export interface EntityPage {
  readonly entities: EntityRecord[];
  /** Empty on the last page. */
  readonly nextCursor: string;
}

type Row = Record<string, unknown>;

const maxPageBytes = 512 * 1024;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;

/** Reads entities without `raw`, in the order of their ids; pages end by bytes as well as by number. */
export class EntityReader {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(query: EntityQuery): Promise<EntityPage> {
    const definition = definitionOfNumber(query.type);
    const { text, values } = listQuery(definition, query);
    const { rows } = await this.#pool.query<Row>(text, values);
    const records: EntityRecord[] = [];
    let bytes = 0;
    for (const row of rows.slice(0, query.limit)) {
      const record = recordOf(definition, row);
      bytes += JSON.stringify(record.fields).length + 400;
      if (bytes > maxPageBytes && records.length > 0) break;
      records.push(record);
    }
    const more = records.length < rows.length;
    return { entities: records, nextCursor: more ? (records.at(-1)?.origin?.entityId ?? '') : '' };
  }
}

export function definitionOfNumber(type: EntityType): EntityDefinition {
  const definition = entityDefinitions.find(({ number }) => number === type);
  if (definition === undefined) throw new QueryError(`there is no entity type ${String(type)}`);
  return definition;
}

function listQuery(
  definition: EntityDefinition,
  query: EntityQuery,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${String(values.push(value))}`;
  const conditions = [`e.space_id = ${bind(query.spaceId)}`];
  if (query.cursor) conditions.push(`e.id > ${bind(checkedUuid(query.cursor, 'cursor'))}`);
  if (query.entityId) conditions.push(`e.id = ${bind(checkedUuid(query.entityId, 'id'))}`);
  if (query.connectionId) conditions.push(`c.id = ${bind(query.connectionId)}`);
  if (query.updatedSince)
    conditions.push(`e.updated_at >= ${bind(checkedTime(query.updatedSince))}`);
  for (const [field, value] of Object.entries(query.where ?? {})) {
    const column = definition.columns.find((candidate) => candidate.field === field);
    if (column === undefined)
      throw new QueryError(`"${field.slice(0, 64)}" is no field of ${definition.type}`);
    conditions.push(
      column.kind === 'texts'
        ? `${bind(String(value))} = any(e.${column.column})`
        : `e.${column.column} = ${bind(value)}`,
    );
  }
  const columns = definition.columns.map(({ column }) => `e.${column}`).join(', ');
  const text = `select e.id, e.external_id, e.version, e.space_id, e.created_at, e.updated_at, e.attributes, ${columns}, c.id as connection_id, c.plugin_id
    from ${definition.table} e join connection c on c.key = e.connection_key
    where ${conditions.join(' and ')} order by e.id limit ${bind(query.limit + 1)}`;
  return { text, values };
}

function recordOf(definition: EntityDefinition, row: Row): EntityRecord {
  const fields: JsonObject = {};
  for (const column of definition.columns) {
    const value = jsonValue(column, row[column.column]);
    if (value !== undefined) fields[column.field] = value;
  }
  if (row['attributes'] !== null)
    fields['attributes'] = JSON.parse(JSON.stringify(row['attributes']));
  return create(EntityRecordSchema, {
    origin: {
      entityId: String(row['id']),
      spaceId: String(row['space_id']),
      connectionId: String(row['connection_id']),
      pluginId: String(row['plugin_id']),
      externalId: String(row['external_id']),
      version: Number(row['version']),
    },
    type: definition.number,
    fields,
    createdAt: isoTime(row['created_at']),
    updatedAt: isoTime(row['updated_at']),
  });
}

function jsonValue(
  { kind }: EntityColumn,
  value: unknown,
): string | number | boolean | string[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String);
  if (kind === 'time') return isoTime(value);
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    ? value
    : undefined;
}

function isoTime(value: unknown): string {
  return value instanceof Date ? value.toISOString() : '';
}

function checkedUuid(value: string, name: string): string {
  if (!uuid.test(value)) throw new QueryError(`the ${name} is not one that a page gave`);
  return value;
}

function checkedTime(value: string): string {
  if (Number.isNaN(Date.parse(value)))
    throw new QueryError('updated_since must be a time as RFC 3339 has it');
  return value;
}
