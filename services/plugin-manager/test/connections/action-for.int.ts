import { readFileSync } from 'node:fs';
import { actions } from '../../src/runs/action-for.ts';

it('is told for the same codes in the operator’s guide', () => {
  const guide = readFileSync(
    new URL('../../../../deploy/docs/operate.md', import.meta.url),
    'utf8',
  );
  const rows = guide.split('| code of a failed run')[1]?.split('\n\n')[0] ?? '';
  const cells = rows
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1] ?? '');
  const told = cells.flatMap((cell) =>
    [...cell.matchAll(/`([a-z_.…]+)`/gu)].map(([, code = '']) => code),
  );
  expect(told.map((code) => code.replace('.…', '')).toSorted()).toEqual(
    Object.keys(actions).toSorted(),
  );
});
