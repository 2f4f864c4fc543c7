import type { EntityField, EntityModel } from '../entities/entity-model.ts';
import { InvalidItemError } from '../errors.ts';
import { checkJsonValue, checkKey, checkText, parseJson } from './json-value.ts';

/** Times are milliseconds since 1970. */
export type FieldValue = string | readonly string[] | boolean | number | undefined;

/** An item as it is stored and told of. */
export interface NormalisedItem {
  /** In the order of the model's fields. */
  readonly values: readonly FieldValue[];
  /** JSON of the keys that the model does not name. */
  readonly attributes: string | undefined;
  /** JSON of the whole entity, as events carry it. */
  readonly json: string;
}

/** An event of one entity must fit into one message beside its envelope. */
const maxEntityBytes = 512 * 1024;
const maxListEntries = 10_000;
const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/u;

/** Builds an entity field by field from the text of an item's `data`; throws InvalidItemError. */
export function normaliseItem(model: EntityModel, text: string): NormalisedItem {
  const data = parseJson(text, 'data');
  if (!isPlainObject(data)) throw new InvalidItemError('data is not an object');
  // Without an escape, valid UTF-8 holds neither NUL nor half a surrogate pair.
  const hasEscapes = text.includes('\\u');
  const entity: Record<string, unknown> = {};
  const values: FieldValue[] = [];
  for (const field of model.fields) {
    const value = readField(field, data[field.name], hasEscapes);
    values.push(value);
    if (value !== undefined)
      entity[field.name] = field.kind === 'time' ? new Date(Number(value)).toISOString() : value;
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
  };
}

function readField({ name, kind }: EntityField, value: unknown, hasEscapes: boolean): FieldValue {
  if (value === undefined || value === null) return undefined;
  switch (kind) {
    case 'texts':
      return readTexts(name, value, hasEscapes);
    case 'boolean':
      if (typeof value !== 'boolean') throw new InvalidItemError(`${name} must be true or false`);
      return value;
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw new InvalidItemError(`${name} must be a number in the range of a double`);
      return value;
    case 'time':
      return readTime(name, value);
    default:
      return readText(name, value, { kind, hasEscapes });
  }
}

function readText(
  name: string,
  value: unknown,
  { kind, hasEscapes }: { kind: 'text' | 'prose'; hasEscapes: boolean },
): string | undefined {
  if (typeof value !== 'string') throw new InvalidItemError(`${name} must be a text`);
  if (hasEscapes) checkText(value, name);
  const text = kind === 'prose' ? value : value.trim();
  return text === '' ? undefined : text;
}

/** A time without an offset is refused: it would depend on the clock of this machine. A date is its midnight in UTC. */
function readTime(name: string, value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim() : undefined;
  if (text === '') return undefined;
  const ms = text !== undefined && rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new InvalidItemError(
      `${name} must be an RFC 3339 time such as 2026-01-31T09:00:00Z, or a date`,
    );
  return ms;
}

/** Blank and absent entries are dropped: `emails: [item.email]` is usual and often empty. */
function readTexts(
  name: string,
  value: unknown,
  hasEscapes: boolean,
): readonly string[] | undefined {
  if (!Array.isArray(value)) throw new InvalidItemError(`${name} must be a list of texts`);
  if (value.length > maxListEntries)
    throw new InvalidItemError(`${name} has more than ${String(maxListEntries)} entries`);
  const texts = new Set<string>();
  for (const entry of value) {
    if (entry === null) continue;
    if (typeof entry !== 'string') throw new InvalidItemError(`${name} must be a list of texts`);
    if (hasEscapes) checkText(entry, name);
    const text = entry.trim();
    if (text !== '') texts.add(text);
  }
  return texts.size === 0 ? undefined : [...texts];
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

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
