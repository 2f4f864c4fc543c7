import { textVector } from './text-vector.ts';

describe('textVector', () => {
  it('weighs the title most, and keeps fields apart', () => {
    expect(textVector({ title: 'Ada L', details: 'ada@x', body: 'The Ada' })).toBe(
      "'ada':1A,4B,8C 'l':2A 'x':5B 'the':7C",
    );
  });

  it('stays within the limits of PostgreSQL', () => {
    const often = textVector({ title: '', details: '', body: 'a '.repeat(1000) });
    expect(often.split(',')).toHaveLength(255);
    const words = Array.from({ length: 20_000 }, (_, index) => `w${String(index)}`);
    const long = textVector({ title: '', details: '', body: words.join(' ') });
    expect(long).toContain("'w16380':16383C");
    expect(long).toMatch(/'w16381' .*'w19999'$/u);
  });
});
