import { InvalidRequestError } from '../errors.ts';
import { readChange, readLabels } from './read-labels.ts';

describe('readLabels', () => {
  it('takes each label once, without blanks around it', () => {
    expect(readLabels(['vip', ' vip ', 'Größe 1'])).toEqual(['vip', 'Größe 1']);
  });

  it('counts characters, not bytes or units', () => {
    expect(readLabels(['😀'.repeat(64)])).toHaveLength(1);
  });

  it.each([
    ['none', []],
    ['too many', Array.from({ length: 21 }, (_, index) => `l${String(index)}`)],
    ['an empty one', ['vip', ' ']],
    ['a long one', ['x'.repeat(65)]],
    ['one with a zero byte', ['a\u0000b']],
    ['half a character', ['a\ud83d']],
  ])('refuses %s', (_, labels) => {
    expect(() => readLabels(labels)).toThrow(InvalidRequestError);
  });
});

describe('readChange', () => {
  it('takes off what is both put on and taken off, and needs one of both', () => {
    expect(readChange(['a', 'b'], ['b '])).toEqual({ put: ['a'], removed: ['b'] });
    expect(readChange([], ['b'])).toEqual({ put: [], removed: ['b'] });
    expect(() => readChange([], [])).toThrow(InvalidRequestError);
    expect(() => readChange(['a'], [''])).toThrow(InvalidRequestError);
  });
});
