import { copyRows } from './copy-rows.ts';

describe('copyRows', () => {
  it('writes a line for each row', () => {
    expect(
      copyRows([
        ['a', 1, ''],
        ['b', 2, 'é'],
      ]),
    ).toBe('a\t1\t\nb\t2\té\n');
    expect(copyRows([])).toBe('');
  });

  it('lets no text end a field, a row or the data, or be nothing', () => {
    expect(copyRows([['a\tb', 'c\r\nd', '\\.', '\\N']])).toBe('a\\tb\tc\\r\\nd\t\\\\.\t\\\\N\n');
  });
});
