/** What is added up while a text is read: of the branch that is open, and of its last atom. */
interface Open {
  size: number;
  atom: number;
}

const classChar = String.raw`(?:\\x\{[^}]*\}|\\[^]|[^\]\\])`;
const classItem = String.raw`(?:\[:[^]*?:\]|\\[pP](?:\{[^}]*\}|[^])|\\[dDsSwW]|${classChar}(?:-${classChar})?)`;
/** Each stands for one instruction, whatever its length. */
const atoms = [
  new RegExp(String.raw`\[\^?(?:\](?:-${classChar})?)?${classItem}*\]?`, 'y'),
  /\\[xpP]\{[^}]*\}?/y,
  /\\[^]?/y,
];
const literal = /\\Q[^]*?(?:\\E|$)/y;
const flags = /\(\?[a-zA-Z-]*\)/y;
const group = /\(\?(?:P?<[^>]*>|[a-zA-Z-]*:?)/y;
const repetition = /\{[0-9]{1,9}(?:,[0-9]{0,9})?\}/y;

/**
 * About how many instructions an expression of RE2 has once its counted repetitions are written out, told without writing
 * them out; never far below what it has.
 */
export function writtenOutSize(pattern: string): number {
  const open: Open[] = [{ size: 0, atom: 0 }];
  let at = 0;
  while (at < pattern.length) at = next(pattern, at, open);
  while (open.length > 1) close(open);
  return open[0]?.size ?? 0;
}

/** Takes what stands there; gives where the rest begins. */
function next(pattern: string, at: number, open: Open[]): number {
  const aside = taken(flags, pattern, at);
  if (aside !== undefined) return at + aside.length;
  const char = pattern.charAt(at);
  if (char === '(') {
    open.push({ size: 2, atom: 0 });
    return at + (taken(group, pattern, at)?.length ?? 1);
  }
  if (char === ')') {
    if (open.length > 1) close(open);
    return at + 1;
  }
  return repeated(pattern, at, open) ?? added(pattern, at, open);
}

function close(open: Open[]): void {
  const inner = open.pop();
  add(open, inner?.size ?? 0);
}

/** What was added last stands there once more for each time. */
function repeated(pattern: string, at: number, open: readonly Open[]): number | undefined {
  const last = open.at(-1);
  const counted = taken(repetition, pattern, at);
  const text = counted ?? taken(/[*+?]/y, pattern, at);
  if (last === undefined || text === undefined) return undefined;
  const all = counted === undefined ? last.atom + 1 : (last.atom + 1) * timesOf(counted);
  last.size += all - last.atom;
  last.atom = all;
  return at + text.length;
}

function timesOf(text: string): number {
  const [, least, most] = /([0-9]+),?([0-9]*)/u.exec(text) ?? [];
  return Math.max(Number(least), Number(most), 1);
}

function added(pattern: string, at: number, open: readonly Open[]): number {
  const quoted = taken(literal, pattern, at);
  if (quoted !== undefined) {
    for (let left = quoted.replace(/^\\Q|\\E$/gu, '').length; left > 0; left--) add(open, 1);
    return at + quoted.length;
  }
  const atom = atoms.map((form) => taken(form, pattern, at)).find((text) => text !== undefined);
  add(open, 1);
  return at + (atom ?? ' ').length;
}

function add(open: readonly Open[], size: number): void {
  const last = open.at(-1);
  if (last === undefined) return;
  last.size += size;
  last.atom = size;
}

function taken(form: RegExp, pattern: string, at: number): string | undefined {
  form.lastIndex = at;
  return form.exec(pattern)?.[0];
}
