import { paginate, type EntityPage, type HostContext } from './index.ts';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

interface Page {
  items: number[];
  nextCursor?: string;
}

describe('paginate', () => {
  it('follows the cursor from the first page to the last', async () => {
    const asked: (string | undefined)[] = [];
    const pages: Record<string, Page> = {
      '': { items: [1, 2], nextCursor: 'b' },
      b: { items: [], nextCursor: 'c' },
      c: { items: [3] },
    };
    const fetchPage = (cursor?: string): Promise<Page> => {
      asked.push(cursor);
      return Promise.resolve(pages[cursor ?? ''] ?? { items: [] });
    };
    expect(await collect(paginate(fetchPage))).toEqual([1, 2, 3]);
    expect(asked).toEqual([undefined, 'b', 'c']);
  });

  it('goes through the pages of context.data.query', async () => {
    const page = (entities: unknown[], nextCursor?: string): EntityPage =>
      Object.assign(entities, { nextCursor });
    const data: Pick<HostContext['data'], 'query'> = {
      query: (_table, { cursor } = {}) =>
        Promise.resolve(cursor === undefined ? page(['p1', 'p2'], 'b') : page(['p3'])),
    };
    const persons = paginate(async (cursor) => {
      const items = await data.query('persons', { cursor });
      return { items, nextCursor: items.nextCursor };
    });
    expect(await collect(persons)).toEqual(['p1', 'p2', 'p3']);
  });

  it.each([undefined, null, ''])('ends at the cursor %j', async (nextCursor) => {
    const page = { items: [1], nextCursor: nextCursor as unknown as string };
    expect(await collect(paginate(() => Promise.resolve(page)))).toEqual([1]);
  });

  it('yields a page before it asks for the next', async () => {
    const pages = paginate((cursor) =>
      cursor === undefined
        ? Promise.resolve({ items: [1], nextCursor: 'b' })
        : Promise.reject(new Error('the second page is not there')),
    );
    expect(await pages.next()).toEqual({ done: false, value: 1 });
    await expect(pages.next()).rejects.toThrow('the second page is not there');
  });

  it('does not go round for ever when a page names itself as the next', async () => {
    const pages = paginate(() => Promise.resolve({ items: [1], nextCursor: 'same' }));
    await expect(collect(pages)).rejects.toThrow('the page at cursor "same" names itself');
  });
});
