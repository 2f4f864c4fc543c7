import { readTerms } from '../search/query-terms.ts';
import { engineQuery, engineWords } from './engine-words.ts';

const query = (text: string): string => engineQuery(readTerms(text));

describe('engineWords', () => {
  it('hands over words as this service cuts and folds them', () => {
    expect(engineWords('Renée <Łukasz@Example.com>')).toBe('renee lukasz example com');
  });

  it('names the characters of scripts without spaces by their numbers', () => {
    expect(engineWords('東京 ガ')).toBe('u6771 u4eac u30ac');
  });

  it('puts the syllables of other scripts together again', () => {
    expect(engineWords('안녕')).toBe('안녕');
  });
});

describe('engineQuery', () => {
  it('leaves the words bare that may have mistakes, the last as a beginning', () => {
    expect(query('Ada  Lovel')).toBe('ada lovel');
  });

  it('quotes what is quoted', () => {
    expect(query('"Ada Lovelace" note')).toBe('"ada lovelace" note');
    expect(query('met "ada"')).toBe('"met" "ada"');
  });

  it('quotes what is written in one piece, but for a last word that may go on', () => {
    expect(query('ada@example.com note')).toBe('"ada example com" note');
    expect(query('ada@example.c')).toBe('"ada example" c');
    expect(query('"ada love')).toBe('"ada" love');
  });

  it('quotes characters, which are neither beginnings nor mistaken', () => {
    expect(query('京都')).toBe('"u4eac u90fd"');
    expect(query('京 ada')).toBe('"u4eac" ada');
  });

  it('has nothing of the language of Meilisearch but its own quotes', () => {
    expect(query('-ada \\ " " AND NOT')).toBe('ada and not');
  });
});
