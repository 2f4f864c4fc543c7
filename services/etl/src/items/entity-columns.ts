import type { UUID } from 'uuidv7';
import {
  booleanArray,
  bytesArray,
  float8Array,
  int8Array,
  oids,
  textArray,
  timeArray,
  type BinaryWriter,
} from '../database/binary-writer.ts';
import type { EntityField, EntityModel } from '../entities/entity-model.ts';
import type { EntityFieldKind } from '@made-open/contracts';
import type { FieldValue } from './read-field.ts';
import type { EntityRow } from './prepare-row.ts';

/** A new entity: its id is made here, so that its event needs no answer from the database. */
export interface NewRow {
  readonly id: UUID;
  readonly row: EntityRow;
}

/** Rows of one type in the order of the COPY columns. */
export function writeRows(
  writer: BinaryWriter,
  model: EntityModel,
  { connectionKey, time, rows }: { connectionKey: number; time: Date; rows: readonly NewRow[] },
): void {
  const columnCount = 9 + model.fields.length;
  for (const { id, row } of rows) {
    writer.int16(columnCount);
    writer.bytesField(id.bytes);
    writer.int4Field(connectionKey);
    writer.textField(row.externalId);
    writer.int4Field(1);
    writer.int8Field(row.hash);
    writer.timeField(time.getTime());
    writer.timeField(time.getTime());
    for (const [index, { kind }] of model.fields.entries())
      writeValue(writer, kind, row.item.values[index]);
    if (row.item.attributes === undefined) writer.null();
    else writer.textField(row.item.attributes);
    writer.bytesField(row.raw);
  }
}

/** Hashes, then fields, attributes and raw of rows, each as one array parameter. */
export function contentArrays(model: EntityModel, rows: readonly EntityRow[]): Buffer[] {
  return [
    int8Array(rows.map((row) => row.hash)),
    ...model.fields.map((field, index) =>
      fieldArray(
        field,
        rows.map((row) => row.item.values[index]),
      ),
    ),
    bytesArray(
      oids.json,
      rows.map(({ item }) =>
        item.attributes === undefined ? undefined : Buffer.from(item.attributes),
      ),
    ),
    bytesArray(
      oids.json,
      rows.map((row) => row.raw),
    ),
  ];
}

function writeValue(writer: BinaryWriter, kind: EntityFieldKind, value: FieldValue): void {
  if (value === undefined) writer.null();
  else if (typeof value === 'string') writer.textField(value);
  else if (typeof value === 'boolean') writer.booleanField(value);
  else if (typeof value === 'number' && kind === 'time') writer.timeField(value);
  else if (typeof value === 'number') writer.float8Field(value);
  else writer.arrayField(oids.text, value, (text) => writer.textField(text));
}

function fieldArray({ kind }: EntityField, values: readonly FieldValue[]): Buffer {
  if (kind === 'boolean')
    return booleanArray(values.map((value) => (typeof value === 'boolean' ? value : undefined)));
  if (kind === 'number') return float8Array(values.map(numberOf));
  if (kind === 'time') return timeArray(values.map(numberOf));
  if (kind === 'objects')
    return bytesArray(
      oids.json,
      values.map((value) => (typeof value === 'string' ? Buffer.from(value) : undefined)),
    );
  return textArray(values.map(textOf));
}

function numberOf(value: FieldValue): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A list as the text of a PostgreSQL array. */
function textOf(value: FieldValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return undefined;
  const quoted = value.map((text) => `"${text.replaceAll(/["\\]/gu, '\\$&')}"`);
  return `{${quoted.join(',')}}`;
}
