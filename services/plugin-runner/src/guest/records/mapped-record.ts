import { GuestError } from '../guest-error.ts';
import {
  checkSize,
  jsonText,
  nameOf,
  refusedRecord,
  shownMessage,
  type GuestRecord,
} from './guest-record.ts';
import { get, parse, toText } from '../primordials.ts';

/** What an entity was made from. */
export interface StoredRaw {
  readonly type: string;
  readonly externalId: string;
  readonly rawJson: string;
}

/** As the runner gave it. */
export function storedRaw(value: unknown): StoredRaw {
  const text = (name: string): string =>
    typeof value === 'object' && value !== null ? toText(get(value, name)) : '';
  return { type: text('type'), externalId: text('externalId'), rawJson: text('rawJson') };
}

/** Maps one raw again. What goes wrong with it must not end the run: it becomes a record that says so. */
export function mappedRecord(
  map: (raw: unknown) => unknown,
  stored: StoredRaw,
  maxBytes: number,
): GuestRecord {
  const { type, externalId: id } = stored;
  const read = { type, id, bytes: 0 };
  try {
    const line = mappedLine(map(parse(stored.rawJson)), stored);
    checkSize(line, read, maxBytes);
    return { kind: 'item', type, id, line };
  } catch (error) {
    return refusedRecord(read, shownMessage(error, 'mapToUnifiedModel failed'));
  }
}

/** With the raw as it is stored: what is mapped twice is the same as what is mapped once. */
function mappedLine(item: unknown, { type, externalId, rawJson }: StoredRaw): string {
  const name = nameOf(type, externalId);
  if (typeof item !== 'object' || item === null)
    throw new GuestError(
      'sandbox.item_invalid',
      `mapToUnifiedModel must return an item, not ${typeof item}`,
    );
  const made: unknown = get(item, 'type');
  const madeId: unknown = get(item, 'externalId');
  if (made !== type || madeId !== externalId)
    throw new GuestError(
      'sandbox.item_invalid',
      `mapToUnifiedModel makes ${nameOf(told(made), told(madeId))} of the raw of ${name}; a remap keeps types and ids, a sync from the start brings others`,
    );
  if (get(item, 'deleted') === true)
    throw new GuestError(
      'sandbox.item_invalid',
      `mapToUnifiedModel says of ${name} that it is deleted; a remap deletes nothing, a sync does`,
    );
  return `${jsonText(get(item, 'data'), name)}\t${rawJson}`;
}

function told(value: unknown): string {
  return typeof value === 'string' ? value : toText(typeof value);
}
