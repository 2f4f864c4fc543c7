import type { SearchDocument } from '../search/search-index.ts';
import { numbersOf, numberWord } from '../search/numbers.ts';
import { wordsOf } from '../search/words.ts';

/** PostgreSQL's limits of one tsvector. */
const maxPosition = 16_383;
const maxPositionsOfWord = 255;

/** A document as a tsvector: the title weighs most, free text least. */
export function textVector({ title, details, body }: SearchDocument): string {
  const places = new Map<string, { at: string; count: number }>();
  let position = 0;
  for (const [words, weight] of [
    [wordsOf(title), 'A'],
    [[...wordsOf(details), ...numbersOf(details).map(numberWord)], 'B'],
    [wordsOf(body), 'C'],
  ] as const) {
    for (const word of words) {
      position++;
      const known = places.get(word);
      const place = position > maxPosition ? '' : `${String(position)}${weight}`;
      if (known === undefined) places.set(word, { at: place, count: 1 });
      else if (place !== '' && known.count < maxPositionsOfWord) {
        known.at += `,${place}`;
        known.count++;
      }
    }
    position++; // no phrase reaches from one field into the next
  }
  let vector = '';
  for (const [word, { at }] of places)
    vector += `${vector === '' ? '' : ' '}'${word}'${at === '' ? '' : `:${at}`}`;
  return vector;
}
