import { RE2JS } from 're2js';

const maxLength = 200;
/** Of the text that is searched; the rest of a longer one is not looked at. */
const maxTextLength = 64 * 1024;
const maxKept = 500;
const compiled = new Map<string, RE2JS | undefined>();

/** What is wrong with an expression; undefined when nothing is. */
export function patternFault(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return 'needs an expression as text';
  if (pattern.length > maxLength)
    return `needs an expression of at most ${String(maxLength)} characters`;
  return compile(pattern) === undefined
    ? 'needs an expression in the syntax of RE2, which knows no backreferences and no look-around'
    : undefined;
}

/** RE2 looks at each character once, whatever the expression: no text and no expression can hold it up. */
export function matchesPattern(text: string, pattern: string): boolean {
  return compile(pattern)?.matcher(text.slice(0, maxTextLength)).find() ?? false;
}

function compile(pattern: string): RE2JS | undefined {
  if (!compiled.has(pattern)) {
    if (compiled.size >= maxKept) compiled.clear();
    compiled.set(pattern, parse(pattern));
  }
  return compiled.get(pattern);
}

/** An expression taken from an event may be as long as it likes. */
function parse(pattern: string): RE2JS | undefined {
  if (pattern.length > maxLength + '(?i)'.length) return undefined;
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
