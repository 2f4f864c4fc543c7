import { describeError, GuestError } from '../guest-error.ts';
import { cut, get, isStorable, parse, stringify, utf8Bytes } from '../primordials.ts';

/** One record of a run on its way into a frame. */
export interface GuestRecord {
  readonly kind: 'item' | 'refused' | 'delete' | 'event' | 'checkpoint';
  /** Type of an item. */
  readonly type: string;
  /** Id of an item, subject of an event. */
  readonly id: string;
  /** Text of its line, without the end. */
  readonly line: string;
  /** Why an item is refused, and its bytes as JSON. */
  readonly refusal?: { readonly reason: string; readonly bytes: number };
}

const maxIdLength = 512;
const maxTypeLength = 64;
const checkpointBytes = 64 * 1024;
const shownLength = 64;
const reasonLength = 900;
/** Above this an item's size is told in characters: counting bytes would take the plugin's time. */
const maxCounted = 4 * 1024 * 1024;

/** What was read of an item before a fault in it was met. */
export interface ReadItem {
  type: string;
  id: string;
  bytes: number;
}

/**
 * Reads what a generator yielded, each property once. One bad item must not end a run: it becomes a record that says what
 * is wrong with it. `place` counts the items of the run, from 1.
 */
export function itemRecord(item: unknown, place: number, maxBytes: number): GuestRecord {
  const read: ReadItem = { type: '', id: '', bytes: 0 };
  try {
    return readItem(item, read, maxBytes);
  } catch (error) {
    const reason = shownMessage(error, 'the item cannot be read');
    // Nothing else tells which one it is.
    return refusedRecord(
      read,
      read.id === '' ? `${reason}; it is item ${place} of its run` : reason,
    );
  }
}

export function refusedRecord({ type, id, bytes }: ReadItem, reason: string): GuestRecord {
  return { kind: 'refused', type, id, line: '', refusal: { reason, bytes } };
}

function readItem(item: unknown, read: ReadItem, maxBytes: number): GuestRecord {
  if (typeof item !== 'object' || item === null)
    throw new GuestError(
      'sandbox.item_invalid',
      'sync must yield objects with type, externalId, data and raw',
    );
  const type: unknown = get(item, 'type');
  const externalId: unknown = get(item, 'externalId');
  if (typeof type === 'string') read.type = cut(type, maxTypeLength);
  if (typeof type !== 'string' || typeof externalId !== 'string')
    throw new GuestError(
      'sandbox.item_invalid',
      `type and externalId of an item must be strings, not ${typeof type} and ${typeof externalId}`,
    );
  checkId(externalId);
  read.id = externalId;
  if (type.length > maxTypeLength)
    throw new GuestError('sandbox.item_invalid', 'there is no such item type');
  if (get(item, 'deleted') === true) return { kind: 'delete', type, id: externalId, line: '' };
  const name = nameOf(type, externalId);
  const line = `${jsonText(get(item, 'data'), name)}\t${jsonText(get(item, 'raw'), name)}`;
  checkSize(line, read, maxBytes);
  return { kind: 'item', type, id: externalId, line };
}

export function nameOf(type: string, externalId: string): string {
  return `item ${cut(type, shownLength)} "${cut(externalId, shownLength)}"`;
}

export function checkSize(line: string, read: ReadItem, maxBytes: number): void {
  if (!isLongerThan(line, maxBytes)) return;
  read.bytes = line.length > maxCounted ? line.length : utf8Bytes(line);
  throw new GuestError(
    'sandbox.item_too_large',
    `${nameOf(read.type, read.id)} has ${read.bytes} bytes as JSON; the limit is ${maxBytes} bytes: leave out what is not needed or shorten raw`,
  );
}

export function eventRecord(subject: string, payload: unknown, maxBytes: number): GuestRecord {
  const line = jsonText(payload, `the payload of ${cut(subject, shownLength)}`);
  if (isLongerThan(line, maxBytes))
    throw new GuestError(
      'sandbox.event_too_large',
      `the payload of an event may have ${maxBytes} bytes as JSON, not ${line.length}`,
    );
  return { kind: 'event', type: '', id: subject, line };
}

/** `isPartial`: the run went on from a state that an earlier run had saved, so it does not see everything. */
export function checkpointRecord(state: unknown, isPartial: boolean): GuestRecord {
  const line = stringify({ state: state ?? null, partial: isPartial });
  if (isLongerThan(line, checkpointBytes))
    throw new GuestError(
      'sandbox.checkpoint_too_large',
      `a checkpoint may have ${checkpointBytes} bytes as JSON, not ${line.length}; save a cursor, not the data`,
    );
  return { kind: 'checkpoint', type: '', id: '', line };
}

function checkId(id: string): void {
  if (id.length === 0 || id.length > maxIdLength)
    throw new GuestError(
      'sandbox.item_invalid',
      `externalId of an item must have 1 to ${maxIdLength} characters, not ${id.length} ("${cut(id, shownLength)}…")`,
    );
  if (!isStorable(id))
    throw new GuestError(
      'sandbox.item_invalid',
      `externalId ${stringify(cut(id, shownLength))} holds a NUL or half of a surrogate pair`,
    );
}

export function jsonText(value: unknown, name: string): string {
  try {
    return stringify(value) ?? 'null';
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read';
    throw new GuestError('sandbox.item_invalid', `${name} is not JSON: ${cut(reason, 500)}`);
  }
}

/** Anything may have been thrown while an item was read or made: that is code of the plugin. */
export function shownMessage(error: unknown, what: string): string {
  if (error instanceof GuestError) return cut(error.message, reasonLength);
  const { message }: { message?: unknown } = parse(describeError(error));
  return cut(`${what}: ${typeof message === 'string' ? message : 'not an Error'}`, reasonLength);
}

/** Counts bytes only where the number of characters leaves it open. */
function isLongerThan(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && utf8Bytes(text) > maxBytes;
}
