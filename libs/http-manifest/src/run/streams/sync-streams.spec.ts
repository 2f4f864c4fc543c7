import { aManifest } from '../../../test/a-manifest.ts';
import {
  fakeContext,
  type FakeContext,
  type FakeParts,
  type Provider,
} from '../../../test/fake-context.ts';
import type { Pagination, Stream } from '../../http-manifest.ts';
import type { Item } from './map-entity.ts';
import { syncStreams } from './sync-streams.ts';

const users: Stream = {
  request: { method: 'GET', url: 'https://api.example.com/users' },
  record_selector: { path: '$.items[*]' },
  map: { type: 'person', external_id: 'id', data: { display_name: 'name' } },
};

function aStream(pagination: Pagination, more: Partial<Stream> = {}): Stream {
  return { ...users, pagination, retry: { backoff: { initial_ms: 1 } }, ...more };
}

interface Synced {
  readonly context: FakeContext;
  readonly ids: string[];
  readonly items: Item[];
  readonly error: unknown;
}

async function synced(
  streams: Readonly<Record<string, Stream>>,
  provider: Provider,
  parts: FakeParts = {},
): Promise<Synced> {
  const context = fakeContext(provider, parts);
  const items: Item[] = [];
  let error: unknown;
  try {
    for await (const item of syncStreams(aManifest({ streams }), context)) items.push(item);
  } catch (caught) {
    error = caught;
  }
  return { context, items, ids: items.map(({ externalId }) => externalId), error };
}

const pages = [['a', 'b'], ['c', 'd'], ['e']].map((ids) =>
  ids.map((id) => ({ id, name: `N ${id}` })),
);
const all = ['a', 'b', 'c', 'd', 'e'];

function query(url: string, name: string): string | null {
  return new URL(url).searchParams.get(name);
}

describe('pagination (case 67)', () => {
  it('follows a cursor', async () => {
    const stream = aStream({
      type: 'cursor',
      cursor_path: 'meta.next',
      cursor_param: 'after',
      limit_param: 'limit',
      limit: 2,
    });
    const { context, ids, error } = await synced({ users: stream }, ({ url }) => {
      const at = Number(query(url, 'after') ?? 0);
      return { body: { items: pages[at], meta: { next: at < 2 ? at + 1 : '' } } };
    });
    expect([ids, error]).toEqual([all, undefined]);
    expect(context.requests.map(({ url }) => new URL(url).search)).toEqual([
      '?limit=2',
      '?limit=2&after=1',
      '?limit=2&after=2',
    ]);
  });

  it('stops at a condition, and puts the cursor into the body of a POST', async () => {
    const stream = aStream(
      {
        type: 'cursor',
        cursor_path: 'next',
        cursor_param: 'page.start',
        limit_param: 'page.size',
        limit: 2,
        stop_when: { path: 'has_more', equals: false },
      },
      {
        request: {
          method: 'POST',
          url: 'https://api.example.com/search',
          body: { kind: 'json', json: { q: 'x' } },
        },
      },
    );
    const { context, ids } = await synced({ users: stream }, ({ body }) => {
      const at: number = Number(JSON.parse(body ?? '').page.start ?? 0);
      return { body: { items: pages[at], next: String(at + 1), has_more: at < 2 } };
    });
    expect(ids).toEqual(all);
    expect(context.requests.map(({ body }) => body)).toEqual([
      '{"q":"x","page":{"size":2}}',
      '{"q":"x","page":{"size":2,"start":"1"}}',
      '{"q":"x","page":{"size":2,"start":"2"}}',
    ]);
  });

  it('counts offsets and pages', async () => {
    const byOffset: Provider = ({ url }) => ({
      body: {
        items: pages.flat().slice(Number(query(url, 'o')), Number(query(url, 'o')) + 2),
        total: 5,
      },
    });
    const offset = { type: 'offset', offset_param: 'o', limit_param: 'n', limit: 2 } as const;
    expect((await synced({ users: aStream(offset) }, byOffset)).ids).toEqual(all);
    const counted = await synced({ users: aStream({ ...offset, total_path: 'total' }) }, byOffset);
    expect([counted.ids, counted.context.requests.length]).toEqual([all, 3]);
    const byPage: Provider = ({ url }) => ({
      body: { items: pages[Number(query(url, 'p')) - 1] ?? [], pages: 3 },
    });
    const page = { type: 'page', page_param: 'p' } as const;
    expect((await synced({ users: aStream(page) }, byPage)).ids).toEqual(all);
    const known = await synced({ users: aStream({ ...page, total_pages_path: 'pages' }) }, byPage);
    expect([known.ids, known.context.requests.length]).toEqual([all, 3]);
    const fromZero: Provider = ({ url }) => ({
      body: { items: pages[Number(query(url, 'p'))] ?? [] },
    });
    expect((await synced({ users: aStream({ ...page, start: 0 }) }, fromZero)).ids).toEqual(all);
  });

  it('follows links of headers and of bodies, also relative ones', async () => {
    const next = (url: string): number => Number(query(url, 'at') ?? 0) + 1;
    const byHeader: Provider = ({ url }) => ({
      headers:
        next(url) < 3
          ? {
              link: `</users?at=0>; rel="first", </users?at=${String(next(url))}>; title="x, y"; rel="prefetch next"`,
            }
          : {},
      body: { items: pages[next(url) - 1] },
    });
    expect((await synced({ users: aStream({ type: 'link' }) }, byHeader)).ids).toEqual(all);
    const byBody: Provider = ({ url }) => ({
      body: {
        items: pages[next(url) - 1],
        next: next(url) < 3 ? `https://api.example.com/users?at=${String(next(url))}` : null,
      },
    });
    expect(
      (await synced({ users: aStream({ type: 'link', next_path: 'next' }) }, byBody)).ids,
    ).toEqual(all);
  });

  it.each([
    'https://evil.example.com/users',
    'http://api.example.com/users',
    'https://api.example.com:8443/users',
  ])('does not follow %s', async (next) => {
    const { context, error } = await synced(
      { users: aStream({ type: 'link', next_path: 'next' }) },
      () => ({ body: { items: pages[0], next } }),
    );
    expect(error).toMatchObject({ code: 'next_page_elsewhere' });
    expect(context.requests).toHaveLength(1);
  });

  it('takes a list at the root, and a list that the selector names', async () => {
    for (const path of ['$', '$[*]', '$.*'])
      expect(
        (
          await synced({ users: { ...users, record_selector: { path } } }, () => ({
            body: pages[0],
          }))
        ).ids,
      ).toEqual(['a', 'b']);
  });
});

describe('endless sources (case 68)', () => {
  const cursor = { type: 'cursor', cursor_path: 'next', cursor_param: 'after' } as const;

  it('end with pagination_loop', async () => {
    const same = await synced({ users: aStream(cursor) }, () => ({
      body: { items: pages[0], next: 'x' },
    }));
    expect(same.error).toMatchObject({ code: 'pagination_loop' });
    expect(same.context.requests).toHaveLength(2);
    const between = await synced({ users: aStream(cursor) }, ({ url }) => ({
      body: { items: [], next: query(url, 'after') === 'x' ? 'y' : 'x' },
    }));
    expect(between.error).toMatchObject({ code: 'pagination_loop' });
    const deaf = await synced({ users: aStream({ type: 'page', page_param: 'p' }) }, () => ({
      body: { items: pages[0] },
    }));
    expect(deaf.error).toMatchObject({ code: 'pagination_loop' });
    expect(deaf.context.requests).toHaveLength(2);
  });

  it('stop at max_pages, and the next run goes on there', async () => {
    const provider: Provider = ({ url }) => {
      const at = Number(query(url, 'after') ?? 0);
      return { body: { items: pages[at], next: at < 2 ? at + 1 : null } };
    };
    const streams = { users: aStream(cursor, { max_pages: 2 }) };
    const first = await synced(streams, provider);
    expect([first.ids, first.error]).toEqual([['a', 'b', 'c', 'd'], undefined]);
    const second = await synced(streams, provider, { state: first.context.saved.at(-1) });
    expect(second.ids).toEqual(['e']);
    expect(second.context.saved.at(-1)).toBeNull();
  });
});

describe('checkpoints (case 68)', () => {
  const stream = aStream({ type: 'cursor', cursor_path: 'next', cursor_param: 'after' });
  const page = (url: string): { body: unknown } => {
    const at = Number(query(url, 'after') ?? 0);
    return { body: { items: pages[at], next: at < 2 ? at + 1 : null } };
  };

  it('let a run go on behind the page that the one before has finished', async () => {
    const crashing: Provider = ({ url }) =>
      url.includes('/b') && query(url, 'after') === '1' ? { status: 400 } : page(url);
    const b = { ...stream, request: { method: 'GET', url: 'https://api.example.com/b' } };
    const streams = { a: stream, b, c: { ...stream } };
    const first = await synced(streams, crashing);
    expect(first.ids).toEqual([...all, 'a', 'b']);
    expect(first.error).toMatchObject({ status: 400 });
    const second = await synced(streams, ({ url }) => page(url), {
      state: first.context.saved.at(-1),
    });
    expect(second.context.requests[0]?.url).toBe('https://api.example.com/b?after=1');
    expect(second.ids).toEqual(['c', 'd', 'e', ...all]);
    expect(second.context.saved.at(-1)).toBeNull();
  });

  it('begin from nothing where the state is none of ours', async () => {
    expect(
      (await synced({ users: stream }, ({ url }) => page(url), { state: { page: 2 } })).ids,
    ).toEqual(all);
  });
});

describe('incremental streams', () => {
  const records = [
    { id: 'a', updated: '2026-01-02T00:00:00Z' },
    { id: 'b', updated: '2026-01-03T00:00:00.5Z' },
    { id: 'c' },
  ];
  const incremental = {
    cursor_field: 'updated',
    request_param: 'since',
    format: 'iso8601',
    lookback_ms: 500,
  } as const;

  it('ask from the newest record that was seen, and look back', async () => {
    const streams = { users: { ...users, incremental } };
    const first = await synced(streams, () => ({ body: { items: records } }));
    expect(query(first.context.requests[0]?.url ?? '', 'since')).toBeNull();
    const second = await synced(streams, () => ({ body: { items: [] } }), {
      state: first.context.saved.at(-1),
    });
    expect(query(second.context.requests[0]?.url ?? '', 'since')).toBe('2026-01-03T00:00:00.000Z');
    const third = await synced(
      streams,
      () => ({ body: { items: [{ id: 'a', updated: '2025-01-01T00:00:00Z' }] } }),
      { state: second.context.saved.at(-1) },
    );
    expect(third.context.saved.at(-1)).toEqual(first.context.saved.at(-1));
  });

  it.each([
    ['unix_seconds', 1_767_400_000, '1767400000'],
    ['unix_ms', 1_767_400_000, '1767400000000'],
    ['raw', 'v12', 'v12'],
    ['iso8601', '1767400000', '2026-01-03T00:26:40.000Z'],
  ] as const)('write %s', async (format, updated, expected) => {
    const streams = {
      users: { ...users, incremental: { ...incremental, format, lookback_ms: 0 } },
    };
    const first = await synced(streams, () => ({ body: { items: [{ id: 'a', updated }] } }));
    const second = await synced(streams, () => ({ body: { items: [] } }), {
      state: first.context.saved.at(-1),
    });
    expect(query(second.context.requests[0]?.url ?? '', 'since')).toBe(expected);
  });

  it('go on from a sync token, and begin again when it has expired', async () => {
    const streams = {
      users: { ...users, incremental: { request_param: 'token', sync_token_path: 'sync' } },
    };
    const first = await synced(streams, () => ({ body: { items: records, sync: 't1' } }));
    const state = first.context.saved.at(-1);
    const second = await synced(streams, () => ({ body: { items: [], sync: 't2' } }), { state });
    expect(query(second.context.requests[0]?.url ?? '', 'token')).toBe('t1');
    const gone = await synced(
      streams,
      ({ url }) =>
        query(url, 'token') === null ? { body: { items: records, sync: 't3' } } : { status: 410 },
      { state },
    );
    expect([gone.ids, gone.error]).toEqual([['a', 'b', 'c'], undefined]);
  });
});
