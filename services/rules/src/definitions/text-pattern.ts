import { RE2JS } from 're2js';

const maxLength = 200;
/** Instructions of an expression; counted repetitions are written out, so that a short one may have very many. */
const maxSize = 500;
/** Of the text that is searched; the rest of a longer one is not looked at. */
const maxTextLength = 64 * 1024;
/** Instructions that are held against characters for one answer, while nothing else happens: some tens of milliseconds. */
const maxSteps = 2_000_000;
const maxKept = 500;
const compiled = new Map<string, RE2JS | undefined>();

/** What is wrong with an expression; undefined when nothing is. */
export function patternFault(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return 'needs an expression as text';
  if (pattern.length > maxLength)
    return `needs an expression of at most ${String(maxLength)} characters`;
  const expression = parse(pattern);
  if (expression === undefined)
    return 'needs an expression in the syntax of RE2, which knows no backreferences and no look-around';
  return expression.programSize() > maxSize
    ? 'has an expression that is too long once its repetitions are written out; use smaller counts, or * and +'
    : undefined;
}

/** RE2 looks at each character once, whatever the expression: with limits for both, no text and no expression can hold it up. */
export function matchesPattern(text: string, pattern: string): boolean {
  const expression = compile(pattern);
  if (expression === undefined) return false;
  const searched = Math.min(maxTextLength, Math.floor(maxSteps / expression.programSize()));
  return expression.matcher(text.slice(0, searched)).find();
}

/** Undefined for one that would take too long, too: it may come from an event. */
function compile(pattern: string): RE2JS | undefined {
  if (!compiled.has(pattern)) {
    if (compiled.size >= maxKept) compiled.clear();
    const expression = parse(pattern);
    const isSmall = expression !== undefined && expression.programSize() <= maxSize;
    compiled.set(pattern, isSmall ? expression : undefined);
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
