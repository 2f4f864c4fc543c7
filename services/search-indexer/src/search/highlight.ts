import { cutText } from './cut-text.ts';
import { matchesIn, type QueryTerms } from './query-terms.ts';
import { wordsIn } from './words.ts';

/** Stand around a match; private characters that mean nothing elsewhere, so that nobody has to escape. */
export const openingMark = '\uE000';
export const closingMark = '\uE001';
const ellipsis = '…';
const snippetLength = 220;
const leadLength = 60;

/** Where a match stands. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The matches within a part of a text, which begins at `from`; counted from there. */
type Find = (part: string, from: number) => Iterable<Span>;

/** The part of the first text that has a match, with its matches marked; else the beginning of the first text. */
export function snippetOf(texts: readonly string[], terms: QueryTerms): string {
  const filled = texts.filter((text) => text !== '').map(withoutMarks);
  const find: Find = (part) => matchesIn(part, terms);
  for (const text of filled) {
    const { value: first } = matchesIn(text, terms).next();
    if (first !== undefined) return markedPart(text, first.start, find);
  }
  return markedPart(filled[0] ?? '', 0, find);
}

/** A whole text with its matches marked. */
export function markedText(text: string, terms: QueryTerms): string {
  const clean = withoutMarks(text);
  return withMarks(clean, matchesIn(clean, terms));
}

/**
 * Title and snippet of texts in which an engine has marked what it found: also words with typing mistakes, or only the
 * beginnings of words. Whole words are marked, and those that are searched for whatever the engine says.
 */
export function markedHit(
  title: string,
  texts: readonly string[],
  terms: QueryTerms,
): { readonly markedTitle: string; readonly snippet: string } {
  const read = texts.filter((text) => text !== '').map((text) => readMarks(text, terms));
  const found = read.find(({ spans }) => spans.length > 0) ?? read[0];
  const { text, spans } = readMarks(title, terms);
  return {
    markedTitle: withMarks(text, spans),
    snippet: found === undefined ? '' : partOf(found),
  };
}

interface MarkedText {
  readonly text: string;
  readonly spans: readonly Span[];
}

function partOf({ text, spans }: MarkedText): string {
  return markedPart(text, spans[0]?.start ?? 0, (part, from) =>
    spans.flatMap(({ start, end }) =>
      start >= from && end <= from + part.length ? { start: start - from, end: end - from } : [],
    ),
  );
}

/** The marks of a text as places in it without them, made to whole words. */
function readMarks(marked: string, terms: QueryTerms): MarkedText {
  const inside: Span[] = [];
  let text = '';
  for (const [index, piece] of marked.split(/[\uE000\uE001]/u).entries()) {
    // Every second piece stands between an opening and a closing mark: texts have none of their own.
    if (index % 2 === 1) inside.push({ start: text.length, end: text.length + piece.length });
    text += piece;
  }
  const wanted = new Set(Array.from(matchesIn(text, terms), ({ start }) => start));
  const spans = [...wordsIn(text)].filter(
    (word) =>
      wanted.has(word.start) ||
      inside.some(({ start, end }) => start < word.end && end > word.start),
  );
  return { text, spans };
}

/** Marks that a text brings itself mean nothing. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/[\uE000\uE001]/gu, ' ');
}

function markedPart(text: string, at: number, find: Find): string {
  const from = startOf(text, at);
  const part = endOf(text.slice(from));
  const line = withMarks(part, find(part, from)).replaceAll(/\s+/gu, ' ').trim();
  return `${from > 0 ? ellipsis : ''}${line}${from + part.length < text.length ? ellipsis : ''}`;
}

function withMarks(text: string, matches: Iterable<Span>): string {
  let marked = '';
  let done = 0;
  for (const { start, end } of matches) {
    marked += `${text.slice(done, start)}${openingMark}${text.slice(start, end)}${closingMark}`;
    done = end;
  }
  return `${marked}${text.slice(done)}`;
}

/** Some text before the match, from the beginning of a word. */
function startOf(text: string, at: number): number {
  if (at <= leadLength) return 0;
  const space = text.slice(at - leadLength, at).search(/\s/u);
  return space === -1 ? at : at - leadLength + space + 1;
}

/** As much as fits, to the end of a word where there is one. */
function endOf(text: string): string {
  if (text.length <= snippetLength) return text;
  const part = cutText(text, snippetLength);
  const space = part.search(/\s\S*$/u);
  return space > snippetLength / 2 ? part.slice(0, space) : part;
}
