import { numericKey, pageOf, pageView, readCursor } from './page.ts';

describe('pages', () => {
  it('lead from one to the next, and end', () => {
    const first = pageOf(['a', 'b', 'c'], 2, (row) => row);
    expect(first).toEqual({ data: ['a', 'b'], next: 'b' });
    const { next_cursor: cursor } = pageView(first, (row) => row.toUpperCase());
    expect(readCursor(cursor ?? undefined)).toBe('b');
    expect(pageView(pageOf(['c'], 2, String), String)).toEqual({ data: ['c'], next_cursor: null });
  });

  it.each(['a b', 'é', Buffer.from('a\u0000').toString('base64url')])(
    'take no cursor like %j',
    (cursor) => {
      expect(() => readCursor(cursor)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );

  it('take no cursor of another list', () => {
    expect(numericKey({ limit: 1, after: '17' })).toBe('17');
    expect(() => numericKey({ limit: 1, after: 'c1' })).toThrow(/another list/u);
  });
});
