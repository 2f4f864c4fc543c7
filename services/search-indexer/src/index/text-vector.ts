import type { SearchDocument } from './search-index.ts';
import { wordsOf } from './words.ts';

/** PostgreSQL's limits of one tsvector. */
const maxPosition = 16_383;
const maxPositionsOfWord = 255;

/** A document as a tsvector: the title weighs most, free text least. */
export function textVector({ title, details, body }: SearchDocument): string {
  const places = new Map<string, string[]>();
  let position = 0;
  for (const [text, weight] of [
    [title, 'A'],
    [details, 'B'],
    [body, 'C'],
  ] as const) {
    for (const word of wordsOf(text)) {
      position++;
      const known = places.get(word);
      const place = position > maxPosition ? [] : [`${String(position)}${weight}`];
      if (known === undefined) places.set(word, place);
      else if (known.length < maxPositionsOfWord) known.push(...place);
    }
    position++; // no phrase reaches from one field into the next
  }
  return Array.from(
    places,
    ([word, at]) => `'${word}'${at.length === 0 ? '' : `:${at.join(',')}`}`,
  ).join(' ');
}
