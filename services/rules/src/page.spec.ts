import { pageOf } from './page.ts';

const row = (id: string, length: number) => ({ id, text: 'x'.repeat(length) });

describe('pageOf', () => {
  it('has as many rows as are wanted, and says behind which the next begins', () => {
    const rows = ['a', 'b', 'c'].map((id) => row(id, 1));
    expect(pageOf(rows, 2)).toEqual({ rows: rows.slice(0, 2), nextCursor: 'b' });
    expect(pageOf(rows, 3)).toEqual({ rows, nextCursor: '' });
    expect(pageOf([], 3)).toEqual({ rows: [], nextCursor: '' });
  });

  it('has fewer rows than wanted where all together would be no message', () => {
    const rows = ['a', 'b', 'c', 'd'].map((id) => row(id, 200_000));
    expect(pageOf(rows, 4)).toEqual({ rows: rows.slice(0, 2), nextCursor: 'b' });
    const large = [row('a', 2_000_000), row('b', 1)];
    expect(pageOf(large, 2)).toEqual({ rows: large.slice(0, 1), nextCursor: 'a' });
  });
});
