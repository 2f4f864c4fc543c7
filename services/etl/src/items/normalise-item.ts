import type { EntityColumn, EntityDefinition } from '../entities/entity-types.ts';

/** Value of a column; times in milliseconds since 1970. */
export type ColumnValue = string | number | boolean | readonly string[] | null;

/** An item in the unified model. */
export interface NormalisedItem {
  /** By the order of the definition's columns. */
  readonly values: readonly ColumnValue[];
  /** JSON text of the keys that the model does not name. */
  readonly attributes: string | null;
}

/** Why an item goes to quarantine. */
export class ItemFault extends Error {
  override readonly name = 'ItemFault';
}

const maxText = 1_000_000;
const maxDepth = 64;

/** Reads `item.data` field by field; throws ItemFault with the field and what is wanted. */
export function normaliseItem(definition: EntityDefinition, dataText: string): NormalisedItem {
  const data = readObject(dataText);
  const values = definition.columns.map((column) => valueOf(column, data));
  const { required } = definition;
  if (
    required !== undefined &&
    values[definition.columns.findIndex(({ field }) => field === required)] === null
  )
    throw new ItemFault(`data.${required} is missing`);
  const known = new Set(definition.columns.map(({ field }) => field));
  const rest = Object.entries(data).filter(([key]) => !known.has(key));
  return {
    values,
    attributes: rest.length === 0 ? null : JSON.stringify(Object.fromEntries(rest)),
  };
}

/** Nesting of a JSON text by a scan that does not build it. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inText) {
      if (code === 92) index++;
      else if (code === 34) inText = false;
    } else if (code === 34) inText = true;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth--;
  }
  return deepest;
}

function readObject(text: string): Record<string, unknown> {
  if (jsonDepth(text) > maxDepth)
    throw new ItemFault(`data is nested deeper than ${String(maxDepth)} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text, (key, inner: unknown) => (key === '__proto__' ? undefined : inner));
  } catch {
    throw new ItemFault('data is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ItemFault('data must be an object');
  return { ...value };
}

function valueOf({ field, kind }: EntityColumn, data: Record<string, unknown>): ColumnValue {
  const value = data[field];
  if (kind === 'texts') return textsOf(field, value ?? []);
  if (value === undefined || value === null || value === '') return null;
  return scalarReaders[kind](field, value);
}

const scalarReaders = {
  text: (field: string, value: unknown): string => textOf(`data.${field}`, value),
  time: timeOf,
  flag: (field: string, value: unknown): boolean => {
    if (typeof value !== 'boolean') throw new ItemFault(`data.${field} must be true or false`);
    return value;
  },
  number: (field: string, value: unknown): number => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new ItemFault(`data.${field} must be a number`);
    return value;
  },
};

function textOf(place: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new ItemFault(`${place} must be a string`);
  const text = String(value).trim();
  // PostgreSQL refuses both, and one of them would fail the whole frame.
  if (text.includes('\u0000') || !text.isWellFormed())
    throw new ItemFault(`${place} holds NUL or half a surrogate pair`);
  if (text.length > maxText)
    throw new ItemFault(`${place} has more than ${String(maxText)} characters`);
  return text;
}

function textsOf(field: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw new ItemFault(`data.${field} must be a list of strings`);
  return value
    .filter((entry) => entry !== null && entry !== '')
    .map((entry: unknown, index) => textOf(`data.${field}[${String(index)}]`, entry));
}

function timeOf(field: string, value: unknown): number {
  const ms =
    typeof value === 'string' || typeof value === 'number' ? new Date(value).getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw new ItemFault(`data.${field} must be a time as RFC 3339 has it`);
  return ms;
}
