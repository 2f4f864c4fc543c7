import { jest } from '@jest/globals';
import { RE2JS } from 're2js';
import { firstMatch, matchesWhole, patternFault } from './linear-pattern.ts';
import { writtenOutSize } from './written-out.ts';

describe('patternFault', () => {
  it.each(['/faxes/([0-9]+)$', '[a-z0-9-]{1,63}', '(?i)(?P<id>[[:alpha:]]+)', String.raw`\Q{9}\E`])(
    'takes %s',
    (pattern) => {
      expect(patternFault(pattern)).toBeUndefined();
    },
  );

  it.each([
    '(a?){1000}'.repeat(40),
    '((a{10}){10}){11}',
    '(?:a{900})(?i){900}',
    '[[:alpha:][](a{1000}){1000}[x]',
    '[+-[:a:](a{1000}){1000}]',
    String.raw`[\d-[:alpha:][](a{30}){40}[x]`,
    String.raw`(a{30})\Q\E{40}`,
  ])('refuses %s without writing it out', (pattern) => {
    const compile = jest.spyOn(RE2JS, 'compile');
    expect(patternFault(pattern)).toMatch(/too long once its repetitions are written out/u);
    expect(compile).not.toHaveBeenCalled();
    compile.mockRestore();
  });

  it('compiles an expression once, however often it is asked', () => {
    const compile = jest.spyOn(RE2JS, 'compile');
    expect(patternFault('once-([0-9])')).toBeUndefined();
    expect(firstMatch('once-([0-9])', 'once-1')).toBe('1');
    expect(matchesWhole('once-([0-9])', 'once-1')).toBe(true);
    expect(compile).toHaveBeenCalledTimes(1);
    compile.mockRestore();
  });
});

describe('writtenOutSize', () => {
  it.each([
    '(a?){100}',
    '[a-z0-9-]{1,63}',
    '((ab|c){3,}d*){5}',
    String.raw`[^\]\x{5D}]{20}`,
    String.raw`\p{Lu}{40}x+?`,
    String.raw`\Qa(b\E{30}`,
    '(){0,4}',
  ])('is not far below what %s has', (pattern) => {
    expect(writtenOutSize(pattern) * 1.1 + 5).toBeGreaterThan(RE2JS.compile(pattern).programSize());
  });
});
