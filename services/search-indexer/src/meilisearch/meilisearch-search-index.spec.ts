import { Meilisearch } from 'meilisearch';
import type { Pool } from 'pg';
import { aQuery } from '../../test/builders.ts';
import { IndexRefusedError, IndexUnavailableError } from '../errors.ts';
import { indexSettings } from './index-settings.ts';
import { MeilisearchSearchIndex } from './meilisearch-search-index.ts';

/** What was done, in order: statements on PostgreSQL, and requests as they go over the wire. */
const done: string[] = [];
const bodies: unknown[] = [];
let task: object = { status: 'succeeded', error: null };
let found: object = { hits: [], totalHits: 0 };

const client = new Meilisearch({
  host: 'http://search.example/behind',
  apiKey: 'key',
  httpClient: (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? 'GET';
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    bodies.push(body);
    done.push(`${method} ${pathname}${search}`);
    if (pathname.includes('/tasks/')) return Promise.resolve({ uid: 7, ...task });
    if (pathname.endsWith('/multi-search')) return Promise.resolve({ results: [found] });
    return Promise.resolve({ taskUid: 7, status: 'enqueued' });
  },
});
const pool = {
  connect: () => {
    const session = {
      query: (text: string) => {
        done.push(text.trim().split(/\s+/u).slice(0, 2).join(' '));
        return Promise.resolve({ rows: [] });
      },
      on: () => session,
      off: () => session,
      release: () => undefined,
    };
    return Promise.resolve(session);
  },
} as unknown as Pool;
const index = new MeilisearchSearchIndex({ client, indexPrefix: 'made-open' }, pool, 3);

beforeEach(() => {
  done.splice(0);
  bodies.splice(0);
  task = { status: 'succeeded', error: null };
});

describe('MeilisearchSearchIndex', () => {
  it('creates an index with all settings, and is content with one that is there', async () => {
    await index.create();
    expect(done.slice(3)).toEqual([
      'POST /behind/indexes',
      'GET /behind/tasks/7',
      'PATCH /behind/indexes/made-open-3/settings',
      'GET /behind/tasks/7',
    ]);
    expect(bodies).toContainEqual({ uid: 'made-open-3', primaryKey: 'id' });
    expect(bodies).toContainEqual(indexSettings);
  });

  it('drops the versions before the index, so that nobody writes it into being again', async () => {
    task = {
      status: 'failed',
      error: { code: 'index_not_found', type: 'invalid_request', message: '', link: '' },
    };
    await index.drop();
    expect(done).toEqual([
      'begin',
      'drop table',
      'commit',
      'DELETE /behind/indexes/made-open-3',
      'GET /behind/tasks/7',
    ]);
  });

  it('comes again when a task was canceled, and not when it was refused', async () => {
    task = { status: 'canceled', error: null };
    await expect(index.drop()).rejects.toThrow(IndexUnavailableError);
    task = {
      status: 'failed',
      error: { code: 'invalid_settings_typo_tolerance', type: 'invalid_request', message: '' },
    };
    await expect(index.create()).rejects.toThrow(IndexRefusedError);
  });

  it('asks for a page and all facets at once, and refuses an answer that counts by estimate', async () => {
    expect(await index.search(aQuery('ada'))).toMatchObject({ total: 0, hits: [] });
    expect(done).toEqual(['POST /behind/multi-search']);
    found = { hits: [], estimatedTotalHits: 3 };
    await expect(index.search(aQuery('ada'))).rejects.toThrow(IndexRefusedError);
  });
});
