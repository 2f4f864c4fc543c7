import { CodePlanError } from './plan-error.ts';

/** Escapes that mean the same to RE2, to JavaScript and to Python. */
const escapes = /\\(?:[dDsSwWbBnrtfv^$.*+?()[\]{}|/]|x[0-9A-Fa-f]{2}|-)/gu;
/** An escape of another kind, a group with a name or flags, or a class of POSIX. */
const foreign = /\\|\(\?(?!:)|\[:/u;

/** An expression of RE2 that JavaScript and Python have too. Throws CodePlanError for others. */
export function patternOf(text: string | undefined, pointer: string): string | undefined {
  if (text === undefined || isShared(text)) return text;
  throw new CodePlanError(
    pointer,
    `code has the expressions that RE2, JavaScript and Python share, without flags, names of groups, and classes like \\p{L} or [:alpha:], not ${JSON.stringify(text)}: choose the target http`,
  );
}

function isShared(text: string): boolean {
  return !foreign.test(text.replaceAll(escapes, '_')) && isOfJavaScript(text);
}

/** Only read here, and never run. */
function isOfJavaScript(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
