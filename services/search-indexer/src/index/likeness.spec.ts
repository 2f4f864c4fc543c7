import { beginnings, likeness } from './likeness.ts';

describe('likeness', () => {
  it('forgives letters that are missing, wrong or swapped', () => {
    for (const typed of ['lovlace', 'lovelase', 'lovealce'])
      expect(likeness([typed], 'Ada Lovelace')).toBeGreaterThan(0);
    expect(likeness(['grase', 'hoper'], 'Grace Hopper')).toBeGreaterThan(0);
  });

  it('is more the more fits, and 1 when all of it does', () => {
    expect(likeness(['renee'], 'Renée')).toBe(1);
    expect(likeness(['lovelac'], 'Lovelace')).toBeGreaterThan(likeness(['lovlac'], 'Lovelace'));
  });

  it('is nothing for what is another word', () => {
    expect(likeness(['lovlace'], 'Grace Hopper')).toBe(0);
    expect(likeness(['lovlace'], '')).toBe(0);
  });
});

describe('beginnings', () => {
  it('are the first letters of each word, once', () => {
    expect(beginnings(['lovlace', 'love', 'ad', '𐐨𐐩𐐪𐐫'])).toEqual(['lov', 'ad', '𐐨𐐩𐐪']);
  });
});
