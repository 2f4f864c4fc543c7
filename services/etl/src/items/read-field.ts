import { filePattern, maxListEntries, type EntityField } from '@made-open/contracts';
import { InvalidItemError } from '../errors.ts';
import { checkText, isPlainObject } from './json-value.ts';

/** A column's value: times are milliseconds since 1970, lists of objects JSON text. */
export type FieldValue = string | readonly string[] | boolean | number | undefined;

/** A field as it is stored, and as it is shown. */
export interface ReadField {
  readonly value: FieldValue;
  readonly shown: unknown;
}

const absent: ReadField = { value: undefined, shown: undefined };
const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/u;

const fileId = new RegExp(filePattern, 'u');

/** Reads a field of an item; throws InvalidItemError. */
export function readField(field: EntityField, given: unknown, hasEscapes: boolean): ReadField {
  if (given === undefined || given === null) return absent;
  if (field.kind === 'objects') {
    const list = readObjects(field, given, hasEscapes);
    return list === undefined ? absent : { value: JSON.stringify(list), shown: list };
  }
  const value = readValue(field, given, hasEscapes);
  if (field.kind === 'time' && typeof value === 'number')
    return { value, shown: new Date(value).toISOString() };
  return { value, shown: value };
}

function readValue({ name, kind }: EntityField, value: unknown, hasEscapes: boolean): FieldValue {
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
    case 'file':
      return readFileId(name, value);
    default:
      return readText(name, value, { isProse: kind === 'prose', hasEscapes });
  }
}

function readText(
  name: string,
  value: unknown,
  { isProse, hasEscapes }: { isProse: boolean; hasEscapes: boolean },
): string | undefined {
  if (typeof value !== 'string') throw new InvalidItemError(`${name} must be a text`);
  if (hasEscapes) checkText(value, name);
  const text = isProse ? value : value.trim();
  return text === '' ? undefined : text;
}

function readFileId(name: string, value: unknown): string | undefined {
  if (value === '') return undefined;
  if (typeof value === 'string' && fileId.test(value)) return value;
  throw new InvalidItemError(`${name} must be the file_id that context.files.save or saveAs gave`);
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

/** Each entry field by field; keys that it does not have stay in `raw` alone, and empty entries are dropped. */
function readObjects(
  { name, fields }: EntityField,
  value: unknown,
  hasEscapes: boolean,
): readonly object[] | undefined {
  if (!Array.isArray(value)) throw new InvalidItemError(`${name} must be a list of objects`);
  if (value.length > maxListEntries)
    throw new InvalidItemError(`${name} has more than ${String(maxListEntries)} entries`);
  const objects: object[] = [];
  for (const entry of value) {
    if (entry === null) continue;
    if (!isPlainObject(entry)) throw new InvalidItemError(`${name} must be a list of objects`);
    const object: Record<string, unknown> = {};
    for (const field of fields) {
      const named = { ...field, name: `${name}.${field.name}` };
      const { shown } = readField(named, entry[field.name], hasEscapes);
      if (shown !== undefined) object[field.name] = shown;
    }
    if (Object.keys(object).length > 0) objects.push(object);
  }
  return objects.length === 0 ? undefined : objects;
}
