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
  it('are the first letters of each word, as typed, with two swapped or without one, once', () => {
    const ofLove = ['lov', 'olv', 'lvo', 'ove', 'lve'];
    expect(beginnings(['love', 'lovely'])).toEqual(ofLove);
    expect(beginnings(['𐐨𐐩𐐪𐐫'])).toEqual(['𐐨𐐩𐐪', '𐐩𐐨𐐪', '𐐨𐐪𐐩', '𐐩𐐪𐐫', '𐐨𐐪𐐫']);
  });

  it('are short words as they are', () => {
    expect(beginnings(['ad', 'ada', '東'])).toEqual(['ad', 'ada', '東']);
  });
});
