import { progressBar } from './progress-bar.ts';

it.each([
  [0, 4, `[${' '.repeat(24)}] 0/4 checks`],
  [2, 4, `[${'='.repeat(11)}>${' '.repeat(12)}] 2/4 checks`],
  [4, 4, `[${'='.repeat(23)}>] 4/4 checks`],
  [9, 4, `[${'='.repeat(23)}>] 9/4 checks`],
])('shows %d of %d', (done, total, expected) => {
  expect(progressBar('checks', done, total)).toBe(expected);
});

it('counts what has no known end', () => {
  expect(progressBar('items', 12345)).toBe('items: 12,345');
});
