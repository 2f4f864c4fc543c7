import { cutText } from './cut-text.ts';
import { matchesIn, type QueryTerms } from './query-terms.ts';

/** Stand around a match; private characters that mean nothing elsewhere, so that nobody has to escape. */
const opening = '\uE000';
const closing = '\uE001';
const ellipsis = '…';
const snippetLength = 220;
const leadLength = 60;

/** The part of the first text that has a match, with its matches marked; else the beginning of the first text. */
export function snippetOf(texts: readonly string[], terms: QueryTerms): string {
  const filled = texts.filter((text) => text !== '').map(withoutMarks);
  for (const text of filled) {
    const { value: first } = matchesIn(text, terms).next();
    if (first !== undefined) return markedPart(text, first.start, terms);
  }
  return markedPart(filled[0] ?? '', 0, terms);
}

/** A whole text with its matches marked. */
export function markedText(text: string, terms: QueryTerms): string {
  return withMarks(withoutMarks(text), terms);
}

function withoutMarks(text: string): string {
  return text.replaceAll(/[\uE000\uE001]/gu, ' ');
}

function markedPart(text: string, at: number, terms: QueryTerms): string {
  const from = startOf(text, at);
  const part = endOf(text.slice(from));
  const line = withMarks(part, terms).replaceAll(/\s+/gu, ' ').trim();
  return `${from > 0 ? ellipsis : ''}${line}${from + part.length < text.length ? ellipsis : ''}`;
}

function withMarks(text: string, terms: QueryTerms): string {
  let marked = '';
  let done = 0;
  for (const { start, end } of matchesIn(text, terms)) {
    marked += `${text.slice(done, start)}${opening}${text.slice(start, end)}${closing}`;
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
