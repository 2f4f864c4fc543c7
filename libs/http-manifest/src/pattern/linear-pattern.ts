import { RE2JS } from 're2js';
import { writtenOutSize } from './written-out.ts';

/** Instructions of an expression; counted repetitions are written out, so that a short one may have very many. */
const maxSize = 1000;
const maxLength = 500;
/** Expressions that stay compiled. */
const maxKept = 64;
/** Of the text that is searched. */
const maxTextLength = 64 * 1024;
/** Instructions held against characters for one answer: some tens of milliseconds. */
const maxSteps = 4_000_000;

const tooLong = 'is too long once its repetitions are written out; use smaller counts, or * and +';
/** A class of characters takes long to read, however short it is written. */
const workOfCharacter = 10;

/** What is wrong with an expression; undefined when nothing is. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > maxLength)
    return `has more than ${String(maxLength)} characters; write a shorter expression`;
  if (writtenOutSize(pattern) > maxSize) return tooLong;
  const expression = parse(pattern);
  if (expression === undefined)
    return 'is not an expression of RE2, which knows no back-references and no look-around';
  return expression.programSize() > maxSize ? tooLong : undefined;
}

/** How much work it is to check an expression, in about as many instructions. */
export function patternWork(pattern: string): number {
  return pattern.length > maxLength
    ? 0
    : Math.min(writtenOutSize(pattern), maxSize) + pattern.length * workOfCharacter;
}

/** The first group of the first match, or the whole match; in linear time, whatever the expression. */
export function firstMatch(pattern: string, text: string): string | undefined {
  const found = matcherOf(pattern, text);
  if (found?.find() !== true) return undefined;
  return (found.groupCount() > 0 ? found.group(1) : found.group(0)) ?? undefined;
}

/** Whether the whole text is of the expression. */
export function matchesWhole(pattern: string, text: string): boolean {
  return matcherOf(pattern, text)?.matches() === true && text.length <= maxTextLength;
}

function matcherOf(pattern: string, text: string): ReturnType<RE2JS['matcher']> | undefined {
  if (patternFault(pattern) !== undefined) return undefined;
  const expression = parse(pattern);
  const searched = Math.min(maxTextLength, Math.floor(maxSteps / (expression?.programSize() ?? 1)));
  return expression?.matcher(text.slice(0, searched));
}

const kept = new Map<string, RE2JS | undefined>();

function parse(pattern: string): RE2JS | undefined {
  if (kept.has(pattern)) return kept.get(pattern);
  const expression = compiled(pattern);
  const [oldest] = kept.keys();
  if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest);
  kept.set(pattern, expression);
  return expression;
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
