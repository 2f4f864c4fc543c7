import { isItemType } from '@made-open/manifest';
import { allEntityModels, entityModels, type EntityModel } from '../entities/entity-model.ts';
import { InvalidItemError, InvalidRequestError } from '../errors.ts';

/** How far a remap has come: behind this entity. */
export interface RawPlace {
  readonly model: EntityModel;
  readonly after: string;
  /** Of the plugin that maps. */
  readonly version: string;
}

/** Of an id of 512 characters, each four bytes, and a version, in base64. */
const maxLength = 4096;
const [firstModel] = allEntityModels;

export function firstPlace(version: string): RawPlace {
  if (firstModel === undefined) throw new TypeError('there are no types of entities');
  return { model: firstModel, after: '', version };
}

/** Opaque to runners. */
export function writeRawCursor({ model, after, version }: RawPlace): string {
  return Buffer.from(JSON.stringify([model.type, after, version])).toString('base64url');
}

/** Throws InvalidRequestError. */
export function readRawCursor(cursor: string): RawPlace {
  const [type, after, version] = parts(cursor);
  if (!isItemType(type) || !isId(after) || typeof version !== 'string')
    throw new InvalidRequestError('the cursor is not one that a page of stored raw gave');
  return { model: entityModels[type], after, version };
}

/** The cursor in a checkpoint of a remap; throws InvalidItemError. */
export function cursorOfCheckpoint(text: string): string {
  const value: unknown = JSON.parse(text);
  const state: unknown =
    typeof value === 'object' && value !== null && 'state' in value ? value.state : undefined;
  if (typeof state === 'string' && isRawCursor(state)) return state;
  throw new InvalidItemError('the checkpoint of a remap is no cursor of stored raw');
}

function isRawCursor(text: string): boolean {
  try {
    return readRawCursor(text).model.type.length > 0;
  } catch (error) {
    if (error instanceof InvalidRequestError) return false;
    throw error;
  }
}

/** PostgreSQL's text has no NUL, and UTF-8 no lone surrogates. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\u0000') && value.isWellFormed();
}

function parts(cursor: string): readonly unknown[] {
  if (cursor.length > maxLength) return [];
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
