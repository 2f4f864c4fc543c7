import { counted, printable, printableJson, table } from './table.ts';

it('lines columns up and ends no line with blanks', () => {
  expect(
    table(
      ['id', 'state'],
      [
        ['a', 'active'],
        ['long-id', 'x'],
      ],
    ),
  ).toBe('ID       STATE\na        active\nlong-id  x');
});

it('keeps control characters of other people off the screen', () => {
  expect(table(['name'], [['a\u001b[2Jb\nc']])).toBe('NAME\na [2Jb c');
});

it('keeps control characters out of longer texts and JSON, which stays what it was', () => {
  const text = 'a\u001b[1A\u009b2Kb\r\n\tc';
  expect(printable(text)).toBe('a [1A 2Kb \n\tc');
  const json = printableJson(JSON.stringify({ text }));
  expect(json).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(json)).toEqual({ text });
});

it('counts one and many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'item'))).toEqual([
    '0 items',
    '1 item',
    '2 items',
  ]);
});
