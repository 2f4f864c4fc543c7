import type { EntityModel } from '../entities/entity-model.ts';
import { InvalidItemError } from '../errors.ts';
import { parseJson } from './json-value.ts';
import { normaliseItem, type NormalisedItem } from './normalise-item.ts';
import type { ItemLine } from './read-frame.ts';

/** An item that is ready to be written. */
export interface EntityRow {
  readonly externalId: string;
  readonly hash: bigint;
  readonly line: Uint8Array;
  readonly item: NormalisedItem;
  /** JSON text, a view of the line; its syntax is checked by PostgreSQL. */
  readonly raw: Uint8Array;
}

const tab = 9;

/** Takes the line of an item apart; throws InvalidItemError. */
export function prepareRow(
  model: EntityModel,
  { externalId, line }: ItemLine,
  hash: bigint,
): EntityRow {
  const buffer = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  // JSON text never holds a tab of its own.
  const end = buffer.indexOf(tab);
  if (end < 0) throw new InvalidItemError('the item has no raw part');
  const item = normaliseItem(model, buffer.toString('utf8', 0, end));
  return { externalId, hash, line, item, raw: line.subarray(end + 1) };
}

/** What PostgreSQL would find wrong with `raw`, without failing a statement for it. */
export function checkRaw({ raw }: EntityRow): void {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8');
  parseJson(text, 'raw');
  if (text.includes('\t')) throw new InvalidItemError('raw is not JSON of one line');
}
