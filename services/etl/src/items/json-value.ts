import { InvalidItemError } from '../errors.ts';

/** Deeper values are refused here, before a statement or a reader of the event fails on them. */
export const maxDepth = 64;

/** Half a surrogate pair and NUL can be written as `\u…` in JSON, but not stored or sent. */
export function checkText(text: string, where: string): void {
  if (text.includes('\u0000')) throw new InvalidItemError(`${where} holds a NUL character`);
  if (!text.isWellFormed())
    throw new InvalidItemError(`${where} holds half of a surrogate pair (invalid Unicode)`);
}

/** Checks a value of any form that JSON.parse gave; throws InvalidItemError. */
export function checkJsonValue(value: unknown, where: string, depth = 1): void {
  if (typeof value === 'string') checkText(value, where);
  else if (typeof value === 'number') {
    // 1e400 is valid JSON and becomes Infinity.
    if (!Number.isFinite(value)) throw new InvalidItemError(`${where} holds a number out of range`);
  } else if (typeof value === 'object' && value !== null) {
    if (depth > maxDepth)
      throw new InvalidItemError(`${where} is nested deeper than ${String(maxDepth)} levels`);
    for (const key of Object.keys(value)) {
      checkKey(key, where);
      checkJsonValue(Reflect.get(value, key), where, depth + 1);
    }
  }
}

/** A key that could change a prototype must not travel on to code that copies objects. */
export function checkKey(key: string, where: string): void {
  if (key === '__proto__') throw new InvalidItemError(`${where} has a key "__proto__"`);
  checkText(key, where);
}

/** Reads JSON text; the error names only the place, since the text is a person's data. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidItemError(`${where} is not JSON`);
  }
}

/** An object that is no list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
