/** Built-ins as they were before plugin code could replace them. */
export const { parse, stringify } = JSON;
export const { freeze, create, defineProperty, keys } = Object;
export const { apply, construct, get } = Reflect;
export const { isArray } = Array;
export const now = Date.now;
export const toText = String;
export const toNumber = Number;
const PromiseOf = Promise;
// Called by `apply` only.
/* oxlint-disable typescript/unbound-method */
const { then } = Promise.prototype;
const { slice, includes, isWellFormed, charCodeAt } = String.prototype;
/* oxlint-enable typescript/unbound-method */

/** `promise.then` that a plugin's own `then` cannot take the place of; for anything that can be awaited. */
export function whenSettled<T>(
  value: Promise<T> | T,
  done: (value: T) => void,
  failed: (error: unknown) => void,
): void {
  const promise = value instanceof PromiseOf ? value : adopt(value);
  void apply(then, promise, [done, failed]);
}

async function adopt<T>(value: T): Promise<T> {
  return value;
}

export function cut(text: string, length: number): string {
  return text.length > length ? apply(slice, text, [0, length]) : text;
}

/** What PostgreSQL can keep as text: no NUL and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return apply(isWellFormed, text, []) && !apply(includes, text, ['\u0000']);
}

export function codeAt(text: string, index: number): number {
  return apply(charCodeAt, text, [index]);
}

/** Bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = codeAt(text, index);
    // Each half of a surrogate pair stands for two of its four bytes.
    if (code >= 0x80) bytes += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
