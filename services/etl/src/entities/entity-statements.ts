import type { ItemType } from '@made-open/manifest';
import type { Statement } from '../database/session.ts';
import { entityModels, type EntityField, type EntityModel } from './entity-model.ts';

/** The statements that a frame needs for one type of entity. */
export interface EntityStatements {
  /** Ids and hashes in; out come those that are new (no id) or changed, with their place in the input. */
  readonly check: Statement;
  readonly copy: string;
  readonly update: Statement;
  readonly upsert: Statement;
  readonly delete: Statement;
}

const arrayTypes: Record<EntityField['kind'], string> = {
  text: 'text[]',
  prose: 'text[]',
  time: 'timestamptz[]',
  file: 'text[]',
  // unnest would flatten an array of arrays; each list comes as the text of an array.
  texts: 'text[]',
  boolean: 'boolean[]',
  number: 'float8[]',
  objects: 'json[]',
};

/** Statements by item type. */
export const entityStatements: Readonly<Record<ItemType, EntityStatements>> = {
  person: statementsOf(entityModels.person),
  message: statementsOf(entityModels.message),
  calendar_event: statementsOf(entityModels.calendar_event),
  document: statementsOf(entityModels.document),
};

function statementsOf(model: EntityModel): EntityStatements {
  const table = quoted(model.type);
  return {
    check: {
      name: `check_${model.type}`,
      // A lateral LIMIT 1 probes the unique index whatever the statistics say; an anti-join was seen to scan.
      text: `select t.place::int as place, o.id, o.version
        from unnest($2::text[], $3::int8[]) with ordinality as t (external_id, hash, place)
        left join lateral (
          select e.id, e.version, e.hash from ${table} e
          where e.connection_key = $1 and e.external_id = t.external_id limit 1
        ) o on true
        where o.hash is distinct from t.hash`,
    },
    copy: `copy ${table} (${copyColumns(model).join(', ')}) from stdin (format binary)`,
    update: { name: `update_${model.type}`, text: updateText(model) },
    upsert: { name: `upsert_${model.type}`, text: upsertText(model) },
    delete: {
      name: `delete_${model.type}`,
      text: `delete from ${table} where connection_key = $1 and external_id = any ($2::text[])
        returning id, external_id, version`,
    },
  };
}

/** Columns in the order in which rows are copied. */
function copyColumns(model: EntityModel): string[] {
  return [
    'id',
    'connection_key',
    'external_id',
    'version',
    'hash',
    'created_at',
    'updated_at',
    ...model.fields.map(({ column }) => quoted(column)),
    'attributes',
    'raw',
  ];
}

/** Parameters: time, then arrays of id, version, hash, fields, attributes, raw. */
function updateText(model: EntityModel): string {
  const columns = ['id', 'version', 'hash', ...contentColumns(model)];
  const types = ['uuid[]', 'int4[]', 'int8[]', ...contentTypes(model)];
  return `update ${quoted(model.type)} e
    set version = x.version + 1, hash = x.hash, updated_at = $1::timestamptz, ${assignments(model, 'x')}
    from unnest(${parameters(types, 2)}) as x (${columns.join(', ')})
    where e.id = x.id and e.version = x.version`;
}

/** Parameters: time, connection, then arrays of id, external id, hash, fields, attributes, raw. */
function upsertText(model: EntityModel): string {
  const columns = ['id', 'external_id', 'hash', ...contentColumns(model)];
  const types = ['uuid[]', 'text[]', 'int8[]', ...contentTypes(model)];
  return `insert into ${quoted(model.type)} as e (${copyColumns(model).join(', ')})
    select x.id, $2::int, x.external_id, 1, x.hash, $1::timestamptz, $1::timestamptz,
      ${model.fields.map((field) => valueOf(field, 'x')).join(', ')}, x.attributes, x.raw
    from unnest(${parameters(types, 3)}) as x (${columns.join(', ')})
    on conflict (connection_key, external_id) do update
    set version = e.version + 1, hash = excluded.hash, updated_at = excluded.updated_at,
      ${[...model.fields.map(({ column }) => quoted(column)), 'attributes', 'raw']
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}
    where e.hash is distinct from excluded.hash
    returning id, external_id, version`;
}

function contentColumns(model: EntityModel): string[] {
  return [...model.fields.map(({ column }) => quoted(column)), 'attributes', 'raw'];
}

function contentTypes(model: EntityModel): string[] {
  return [...model.fields.map(({ kind }) => arrayTypes[kind]), 'json[]', 'json[]'];
}

function assignments(model: EntityModel, from: string): string {
  return [
    ...model.fields.map((field) => `${quoted(field.column)} = ${valueOf(field, from)}`),
    `attributes = ${from}.attributes`,
    `raw = ${from}.raw`,
  ].join(', ');
}

function valueOf({ column, kind }: EntityField, from: string): string {
  const value = `${from}.${quoted(column)}`;
  return kind === 'texts' ? `${value}::text[]` : value;
}

function parameters(types: readonly string[], first: number): string {
  return types.map((type, index) => `$${String(first + index)}::${type}`).join(', ');
}

function quoted(name: string): string {
  return `"${name}"`;
}
