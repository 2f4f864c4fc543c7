import { HttpManifestError, type HttpManifestFault } from '../errors.ts';
import { pointerTo } from './pointer.ts';

/** Of the text, in bytes of UTF-8. */
export const maxManifestBytes = 256 * 1024;
const maxDepth = 32;
/** Entries of an object or a list; each of many wrong ones would have a fault of its own worked out. */
const maxEntries = 500;

/** Reads JSON that anybody wrote; size and depth are looked at before anything is made of it. */
export function readJson(text: string): unknown {
  // A character has at most three bytes per unit: counting is left for texts that may be small enough.
  if (text.length > maxManifestBytes || utf8Length(text) > maxManifestBytes)
    throw new HttpManifestError(
      [{ pointer: '', message: `has more than ${String(maxManifestBytes)} bytes` }],
      'http_manifest.too_large',
    );
  if (depthOf(text) > maxDepth)
    throw new HttpManifestError([
      { pointer: '', message: `is nested deeper than ${String(maxDepth)} levels` },
    ]);
  const value = parse(text.replace(/^\ufeff/u, ''));
  const odd = oddParts(value, '');
  if (odd.length > 0) throw new HttpManifestError(odd);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text, which may hold a secret.
    throw new HttpManifestError([{ pointer: '', message: 'is not JSON' }]);
  }
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Brackets outside of texts, without recursion. */
function depthOf(text: string): number {
  const brackets = text.replaceAll(/"(?:[^"\\]|\\.)*"?|[^[\]{}"]/gsu, '');
  let [depth, deepest] = [0, 0];
  for (const bracket of brackets) {
    depth += bracket === '{' || bracket === '[' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** What no database and no other parser takes: NUL, halves of surrogate pairs, `__proto__`. */
function oddParts(value: unknown, pointer: string): HttpManifestFault[] {
  if (typeof value === 'string') {
    const fault = oddText(value);
    return fault === undefined ? [] : [{ pointer, message: fault }];
  }
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  if (entries.length > maxEntries)
    return [{ pointer, message: `has more than ${String(maxEntries)} entries` }];
  return entries.flatMap(([key, part]) => {
    const fault = oddKey(key);
    return fault === undefined
      ? oddParts(part, pointerTo(pointer, key))
      : [{ pointer, message: fault }];
  });
}

function oddKey(key: string): string | undefined {
  if (key === '__proto__') return 'has the key "__proto__", which is not allowed';
  if (/\p{Cc}/u.test(key)) return 'has a key with a control character';
  return oddText(key);
}

function oddText(text: string): string | undefined {
  if (text.includes('\u0000')) return 'holds a NUL character';
  return text.isWellFormed() ? undefined : 'holds half of a surrogate pair';
}
