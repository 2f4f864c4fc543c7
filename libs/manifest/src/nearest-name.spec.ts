import { nearestName } from './nearest-name.ts';

it.each([
  ['pageSiz', 'pageSize'],
  ['displayName', 'display_name'],
  ['phonse', 'phones'],
  ['apikey', 'apiKey'],
  ['tokne', undefined],
  ['ab', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('takes %s for %s', (name, expected) => {
  expect(nearestName(name, ['pageSize', 'display_name', 'phones', 'apiKey', 'cd'])).toBe(expected);
});

it('knows none where nothing is known', () => {
  expect(nearestName('name', [])).toBeUndefined();
});
