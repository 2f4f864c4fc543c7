import { InvalidRequestError } from '../errors.ts';

/** The last entity of a page: its value in the order of the list, and its id. */
export interface EntityCursor {
  readonly value: string | number | boolean | null;
  readonly id: string;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

export function isEntityId(text: string): boolean {
  return uuid.test(text);
}

/** Opaque to callers; `order` guards against a cursor of another list. */
export function writeCursor(order: string, { value, id }: EntityCursor): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url');
}

/** Throws InvalidRequestError for anything that `writeCursor` has not made for the same order. */
export function readCursor(order: string, text: string): EntityCursor {
  const [cursorOrder, value, id] = parts(text);
  const isValue = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  if (cursorOrder !== order || !isValue || typeof id !== 'string' || !isEntityId(id))
    throw new InvalidRequestError('the cursor is not one that a page of this list gave');
  return { value: scalar(value), id };
}

function scalar(value: unknown): EntityCursor['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null;
}

function parts(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
