import type { EntityField } from '@made-open/contracts';
import type { EntityModel } from '../entities/entity-model.ts';
import { isPlainObject, parseJson } from './json-value.ts';
import { normaliseItem } from './normalise-item.ts';
import type { EntityRow } from './prepare-row.ts';

/**
 * The item without the files that are not in `saved`. Its hash is another one: when it comes again as it was, and its
 * files are there, it is a change.
 */
export function withoutFiles(
  model: EntityModel,
  row: EntityRow,
  saved: ReadonlySet<string>,
): EntityRow {
  const entity = parseJson(row.item.json, 'data');
  forget(model.fileFields, entity, saved);
  const item = normaliseItem(model, JSON.stringify(entity));
  return { ...row, item, hash: BigInt.asIntN(64, ~row.hash) };
}

function forget(fields: readonly EntityField[], value: unknown, saved: ReadonlySet<string>): void {
  if (!isPlainObject(value)) return;
  for (const { kind, name, fields: inner } of fields) {
    const held = value[name];
    if (kind !== 'file') for (const entry of listOf(held)) forget(inner, entry, saved);
    else if (typeof held === 'string' && !saved.has(held)) Reflect.deleteProperty(value, name);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
