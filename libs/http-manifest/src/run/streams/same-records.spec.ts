import { aManifest } from '../../../test/a-manifest.ts';
import { fakeContext, type Provider } from '../../../test/fake-context.ts';
import type { Pagination } from '../../http-manifest.ts';
import { syncStreams } from './sync-streams.ts';

interface Listed {
  readonly id?: string | number;
  readonly name?: unknown;
  readonly mail?: unknown;
}

interface FakeApi {
  readonly pages: readonly (readonly Listed[])[];
  /** Numbers of requests that are answered with 429 first. */
  readonly busy: ReadonlySet<number>;
}

type Kind = 'cursor' | 'page' | 'offset' | 'link';

const paginations: Readonly<Record<Kind, Pagination>> = {
  cursor: { type: 'cursor', cursor_path: 'next', cursor_param: 'at' },
  page: { type: 'page', page_param: 'at', start: 0, total_pages_path: 'pages' },
  offset: {
    type: 'offset',
    offset_param: 'at',
    limit_param: 'limit',
    limit: 3,
    total_path: 'total',
  },
  link: { type: 'link' },
};

/** Answers as one that is paged in this way, with its faults. */
function providerOf({ pages, busy }: FakeApi, kind: Kind): Provider {
  let asked = 0;
  const told = new Set<number>();
  return ({ url }) => {
    asked++;
    if (busy.has(asked) && !told.has(asked))
      return { status: 429, headers: { 'retry-after': '0' } };
    const at = Number(new URL(url).searchParams.get('at') ?? 0);
    const flat = pages.flat();
    const items = kind === 'offset' ? flat.slice(at, at + 3) : (pages[at] ?? []);
    const next = at + 1 < pages.length ? at + 1 : undefined;
    return {
      headers:
        kind === 'link' && next !== undefined ? { link: `<?at=${String(next)}>; rel=next` } : {},
      body: {
        items,
        next: kind === 'cursor' ? next : undefined,
        pages: pages.length,
        total: flat.length,
      },
    };
  };
}

/** The same by the plainest means: all pages at once, without requests, positions or checkpoints. */
function plainly({ pages }: FakeApi): unknown[] {
  const found: unknown[] = [];
  for (const page of pages)
    for (const { id, name, mail } of page) {
      const data: Record<string, unknown> = {};
      if (name !== undefined && name !== null) data['display_name'] = name;
      if (mail !== undefined && mail !== null) data['emails'] = [mail];
      found.push({ externalId: id === undefined ? '' : String(id), data });
    }
  return found;
}

async function interpreted(api: FakeApi, kind: Kind): Promise<unknown[]> {
  const manifest = aManifest({
    streams: {
      users: {
        request: { method: 'GET', url: 'https://api.example.com/users' },
        record_selector: { path: '$.items[*]' },
        pagination: paginations[kind],
        map: { type: 'person', external_id: 'id', data: { display_name: 'name', emails: 'mail' } },
        retry: { max_attempts: 3, backoff: { initial_ms: 0, max_ms: 0 } },
      },
    },
  });
  const context = fakeContext(providerOf(api, kind));
  const found: unknown[] = [];
  for await (const { externalId, data } of syncStreams(manifest, context))
    found.push({ externalId, data });
  return found;
}

/** Park and Miller: the same numbers in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function anApi(next: (below: number) => number): FakeApi {
  let number = 0;
  const anItem = (): Listed => {
    const id = next(6) === 0 ? number : ++number;
    const whole = {
      id: next(3) === 0 ? String(id) : id,
      name: `N${String(id)}-${String(next(1000))}`,
      mail: `m${String(id)}@example.com`,
    };
    switch (next(8)) {
      case 0:
        return { ...whole, name: undefined };
      case 1:
        return { ...whole, mail: null };
      case 2:
        return { name: whole.name };
      default:
        return whole;
    }
  };
  const pages = Array.from({ length: 1 + next(6) }, () => Array.from({ length: next(4) }, anItem));
  return { pages, busy: new Set([1 + next(6)]) };
}

describe.each(['cursor', 'page', 'offset', 'link'] as const)(
  'a faulty source, paged by %s',
  (kind) => {
    it('gives the records that a plain reading of it gives', async () => {
      const next = numbers(20_261_122);
      for (let round = 0; round < 100; round++) {
        const api = anApi(next);
        expect(await interpreted(api, kind)).toEqual(plainly(api));
      }
    });
  },
);
