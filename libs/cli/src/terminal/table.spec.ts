import { table } from './table.ts';

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
