import { needsPerson } from './sweep.ts';

describe('needsPerson', () => {
  it.each([
    [{ total: 100, gone: 50 }, false],
    [{ total: 100, gone: 51 }, true],
    [{ total: 20, gone: 20 }, false],
    [{ total: 21, gone: 21 }, true],
    [{ total: 1_000_000, gone: 400_000 }, false],
    [{ total: 0, gone: 0 }, false],
  ])('%p: %p', (size, expected) => {
    expect(needsPerson(size)).toBe(expected);
  });
});
