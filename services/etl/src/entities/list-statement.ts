import { InvalidRequestError } from '../errors.ts';
import { isEntityId, readCursor, type EntityCursor } from './entity-cursor.ts';
import { tagsOf } from '../tags/tags-of.ts';
import type { EntityField, ReadModel } from './entity-model.ts';

/** Which entities of a space are wanted. */
export interface EntityQuery {
  readonly spaceId: string;
  readonly limit: number;
  /** Empty for the first page. */
  readonly cursor?: string;
  readonly connectionId?: string;
  /** RFC 3339. */
  readonly updatedSince?: string;
  readonly entityId?: string;
  readonly tag?: string;
  /** Equality by field; a list must hold the value. */
  readonly where?: Readonly<Record<string, unknown>>;
  /** A field; the time of the last change unless given. */
  readonly orderBy?: string;
  readonly descending?: boolean;
}

/** A statement and the column that its cursor is made of. */
export interface ListStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly order: string;
  readonly orderColumn: string;
}

/** Above this a page is cut; also what is read from the database is bounded by it. */
export const maxPageBytes = 512 * 1024;

const types: Record<EntityField['kind'], string> = {
  text: 'text',
  prose: 'text',
  file: 'text',
  texts: 'text',
  time: 'timestamptz',
  boolean: 'boolean',
  number: 'float8',
  objects: 'json',
};

/** Their values may be longer than a key of an index, which has their beginnings. */
const cutInIndex: ReadonlySet<string> = new Set(['thread_id']);

/**
 * Reads a page connection by connection, each in the order of its own index, and merges: a space has few connections
 * and rows know their connection alone. The running size keeps a page of huge entities out of memory.
 */
export function listStatement(model: ReadModel, query: EntityQuery): ListStatement {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${String(values.push(value))}`;
  const order = orderOf(model, query.orderBy ?? '', query.descending ?? false);
  const scope = [`c.space_id = ${bind(query.spaceId)}`];
  if (query.connectionId) scope.push(`c.id = ${bind(query.connectionId)}`);
  // As the index for lists has it.
  const conditions = ['e.connection_key + 0 = c.key', ...filters(model, query, bind)];
  if (query.cursor) conditions.push(behind(order, readCursor(order.name, query.cursor), bind));
  const columns = model.fields.map(({ column }) => `e."${column}"`).join(', ');
  const sizes = model.fields.flatMap(({ kind, column }) => sizeOf(kind, `e."${column}"`));
  const size = [...sizes, ...sizeOf('texts', 'e.attributes')].join(' + ');
  const limit = bind(query.limit + 1);
  const text = `select p.*, ${tagsOf('p.id')} as tags from (
      select m.*, count(*) over () as found, sum(m.size) over (order by ${order.by('m')}) - m.size as bytes_before
      from (
        select e.*, c.id as connection_id, c.plugin_id, c.space_id
        from connection c cross join lateral (
          select e.id, e.external_id, e.version, e.created_at, e.updated_at, e.attributes, ${columns}, ${size} as size
          from "${model.type}" e where ${conditions.join(' and ')} order by ${order.by('e')} limit ${limit}
        ) e
        where ${scope.join(' and ')} order by ${order.by('e')} limit ${limit}
      ) m
    ) p where p.bytes_before <= ${String(maxPageBytes)} order by ${order.by('p')}`;
  return { text, values, order: order.name, orderColumn: order.column };
}

/** What a column of any length holds, in bytes; told without reading it when it lies outside of the row. */
function sizeOf(kind: EntityField['kind'], column: string): string[] {
  if (kind === 'prose' || kind === 'text' || kind === 'file')
    return [`coalesce(octet_length(${column}), 0)`];
  return kind === 'texts' || kind === 'objects' ? [`coalesce(pg_column_size(${column}), 0)`] : [];
}

interface Order {
  readonly name: string;
  readonly column: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly comparison: '<' | '>';
  by(alias: string): string;
}

function orderOf(model: ReadModel, name: string, isDescending: boolean): Order {
  const direction = isDescending ? ' desc' : '';
  const order = {
    // A cursor of one direction is of no use in the other.
    name: isDescending ? `-${name}` : name,
    comparison: isDescending ? '<' : '>',
  } as const;
  if (name === '')
    return {
      ...order,
      column: 'updated_at',
      type: 'timestamptz',
      isNullable: false,
      by: (alias) => `${alias}.updated_at${direction}, ${alias}.id${direction}`,
    };
  const field = fieldOf(model, name);
  if (field.kind === 'texts' || field.kind === 'objects')
    throw new InvalidRequestError(`${model.table} cannot be ordered by the list "${name}"`);
  const column = `"${field.column}"`;
  return {
    ...order,
    column: field.column,
    type: types[field.kind],
    isNullable: true,
    by: (alias) =>
      `(${alias}.${column} is null), ${alias}.${column}${direction}, ${alias}.id${direction}`,
  };
}

/** The condition that a row stands behind the cursor; what has no value stands last. */
function behind(
  order: Order,
  { value, id }: EntityCursor,
  bind: (value: unknown) => string,
): string {
  const column = `e."${order.column}"`;
  const rowId = `${bind(id)}::uuid`;
  if (value === null) return `(${column} is null and e.id ${order.comparison} ${rowId})`;
  const row = `(${column}, e.id) ${order.comparison} (${bind(value)}::${order.type}, ${rowId})`;
  return order.isNullable ? `(${row} or ${column} is null)` : row;
}

function filters(
  model: ReadModel,
  { updatedSince, entityId, tag, where }: EntityQuery,
  bind: (value: unknown) => string,
): string[] {
  const conditions: string[] = [];
  if (updatedSince) conditions.push(`e.updated_at >= ${bind(timeOf(updatedSince))}::timestamptz`);
  if (entityId) conditions.push(isEntityId(entityId) ? `e.id = ${bind(entityId)}::uuid` : 'false');
  if (tag) conditions.push(hasTag(tag, bind));
  for (const [name, value] of Object.entries(where ?? {}))
    conditions.push(equality(selectable(fieldOf(model, name)), value, bind));
  return conditions;
}

/** As the label was put on: without blanks around it. */
function hasTag(tag: string, bind: (value: unknown) => string): string {
  if (tag.includes('\u0000')) throw new InvalidRequestError('tag must have no zero byte');
  const wanted = `${bind(tag.trim())}::text`;
  return `e.id in (select g.entity_id from entity_tag g where g.tag = ${wanted})`;
}

function selectable(field: EntityField): EntityField {
  if (field.kind === 'objects')
    throw new InvalidRequestError(
      `entities cannot be selected by the list of objects "${field.name}"`,
    );
  return field;
}

function equality(
  { name, column, kind }: EntityField,
  value: unknown,
  bind: (value: unknown) => string,
): string {
  const wanted = kind === 'boolean' || kind === 'number' ? kind : 'string';
  if (value === null) return `e."${column}" is null`;
  if (typeof value !== wanted || (typeof value === 'string' && value.includes('\u0000')))
    throw new InvalidRequestError(`where.${name} must be a ${wanted} or null`);
  const bound = kind === 'time' && typeof value === 'string' ? timeOf(value) : value;
  const parameter = `${bind(bound)}::${types[kind]}`;
  if (kind === 'texts') return `${parameter} = any (e."${column}")`;
  return `e."${column}" = ${parameter}${byIndex(column, parameter)}`;
}

function byIndex(column: string, parameter: string): string {
  return cutInIndex.has(column) ? ` and left(e."${column}", 512) = left(${parameter}, 512)` : '';
}

function fieldOf(model: ReadModel, name: string): EntityField {
  const field = model.fields.find((candidate) => candidate.name === name);
  if (field === undefined)
    throw new InvalidRequestError(
      `${model.table} have no field "${name.slice(0, 64)}" to select or order by; they have ${[...model.names].join(', ')}`,
    );
  return field;
}

function timeOf(text: string): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new InvalidRequestError(`"${text.slice(0, 64)}" is not an RFC 3339 time`);
  return new Date(ms).toISOString();
}
