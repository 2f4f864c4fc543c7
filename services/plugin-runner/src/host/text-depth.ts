/** JSON text that is nested deeper than a limit; parsing it would cost far more memory than its length. */
export class DepthError extends Error {
  override readonly name = 'DepthError';
  readonly code = 'sandbox.too_deep';
  readonly retry = 'never';

  constructor(maxDepth: number) {
    super(`JSON may be nested ${String(maxDepth)} levels deep, not more`);
  }
}

const quote = 34;
const backslash = 92;
/** `[` and `{` open a level, `]` and `}` close it. */
const levels: Readonly<Record<number, number>> = { 91: 1, 123: 1, 93: -1, 125: -1 };

/** Parses JSON of limited depth, checked by one pass over the text; keys `__proto__` are left out. */
export function parseShallow(text: string, maxDepth = 64): unknown {
  checkDepth(text, maxDepth);
  return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
}

function checkDepth(text: string, maxDepth: number): void {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else depth += levels[code] ?? 0;
    if (depth > maxDepth) throw new DepthError(maxDepth);
  }
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) return index;
    if (code === backslash) index++;
  }
  return text.length;
}
