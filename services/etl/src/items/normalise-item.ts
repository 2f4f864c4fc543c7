import type { EntityField } from '@made-open/contracts';
import type { EntityModel } from '../entities/entity-model.ts';
import { InvalidItemError } from '../errors.ts';
import { checkJsonValue, checkKey, isPlainObject, parseJson } from './json-value.ts';
import { readField, type FieldValue } from './read-field.ts';

/** An item as it is stored and told of. */
export interface NormalisedItem {
  /** In the order of the model's fields. */
  readonly values: readonly FieldValue[];
  /** JSON of the keys that the model does not name. */
  readonly attributes: string | undefined;
  /** JSON of the whole entity, as events carry it. */
  readonly json: string;
  /** Files that it names. */
  readonly files: readonly string[];
}

/** An event of one entity must fit into one message beside its envelope. */
const maxEntityBytes = 512 * 1024;

/** Builds an entity field by field from the text of an item's `data`; throws InvalidItemError. */
export function normaliseItem(model: EntityModel, text: string): NormalisedItem {
  const data = parseJson(text, 'data');
  if (!isPlainObject(data)) throw new InvalidItemError('data is not an object');
  // Without an escape, valid UTF-8 holds neither NUL nor half a surrogate pair.
  const hasEscapes = text.includes('\\u');
  const entity: Record<string, unknown> = {};
  const values: FieldValue[] = [];
  for (const field of model.fields) {
    const { value, shown } = readField(field, data[field.name], hasEscapes);
    values.push(value);
    if (shown !== undefined) entity[field.name] = shown;
  }
  const attributes = readAttributes(model, data);
  if (attributes !== undefined) entity['attributes'] = attributes;
  const json = JSON.stringify(entity);
  // Three bytes are the most that UTF-8 needs for a UTF-16 unit.
  if (json.length * 3 > maxEntityBytes && Buffer.byteLength(json) > maxEntityBytes)
    throw new InvalidItemError(`data has more than ${String(maxEntityBytes / 1024)} KiB`);
  return {
    values,
    attributes: attributes === undefined ? undefined : JSON.stringify(attributes),
    json,
    files: model.fileFields.flatMap((field) => filesIn(field, entity[field.name])),
  };
}

function filesIn({ kind, fields }: EntityField, value: unknown): string[] {
  if (kind === 'file') return typeof value === 'string' ? [value] : [];
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) =>
    isPlainObject(entry) ? fields.flatMap((field) => filesIn(field, entry[field.name])) : [],
  );
}

/** Keys that the model does not name; an object named `attributes` is taken apart, so that what was read can be written back. */
function readAttributes(
  model: EntityModel,
  data: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  let attributes: Record<string, unknown> | undefined;
  for (const key of Object.keys(data)) {
    if (model.names.has(key)) continue;
    checkKey(key, 'data');
    const value = data[key];
    checkJsonValue(value, 'data', 2);
    attributes ??= {};
    if (key === 'attributes' && isPlainObject(value)) Object.assign(attributes, value);
    else attributes[key] = value;
  }
  return attributes;
}
