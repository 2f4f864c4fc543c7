import { IndexState, SearchService } from '@made-open/contracts';
import { Manager } from './platform/manager.ts';

const { reindex, cancelReindex, listIndexes } = SearchService.method;

describe('the indexes of searches', () => {
  let manager: Manager;
  const live = { generation: 1, engine: 'postgres', state: IndexState.LIVE };
  const filling = {
    generation: 2,
    engine: 'meilisearch',
    state: IndexState.FILLING,
    entitiesRead: 12n,
    startedAt: '2026-11-21T06:00:00.000Z',
    fault: 'search.unavailable',
  };

  beforeAll(async () => {
    manager = await Manager.start();
  });
  afterAll(() => manager?.stop());

  it('are shown, with what holds one up', async () => {
    manager.fakes.indexer.on(listIndexes, () => ({ indexes: [live, filling] }));
    expect((await manager.get('/search-indexes')).body).toEqual({
      data: [
        {
          generation: 1,
          engine: 'postgres',
          state: 'live',
          entities_read: 0,
          started_at: null,
          fault: null,
        },
        {
          generation: 2,
          engine: 'meilisearch',
          state: 'filling',
          entities_read: 12,
          started_at: '2026-11-21T06:00:00.000Z',
          fault: 'search.unavailable',
        },
      ],
      next_cursor: null,
    });
  });

  it('are filled anew when asked, and that is in the audit', async () => {
    manager.fakes.indexer.on(reindex, () => ({ index: filling }));
    const answer = await manager.post('/search-indexes');
    expect(answer).toMatchObject({ status: 202, body: { generation: 2, state: 'filling' } });
    const { body } = await manager.get('/audit');
    expect(JSON.stringify(body)).toContain('search_index.fill');
    const key = await manager.key(['admin:runs:read']);
    expect((await manager.post('/search-indexes', undefined, { key })).status).toBe(403);
  });

  it('can be given up while one is filled', async () => {
    manager.fakes.indexer.on(listIndexes, () => ({ indexes: [live] }));
    manager.fakes.indexer.on(cancelReindex, () => ({ canceled: true }));
    expect(await manager.post('/search-indexes/cancel')).toMatchObject({
      status: 200,
      body: { data: [{ generation: 1 }] },
    });
    manager.fakes.indexer.on(cancelReindex, () => ({ canceled: false }));
    expect(await manager.post('/search-indexes/cancel')).toMatchObject({
      status: 409,
      body: { code: 'search_index.none_filled' },
    });
  });

  it('are not known while search-indexer is away', async () => {
    manager.fakes.indexer.off(listIndexes);
    expect((await manager.get('/search-indexes')).status).toBe(503);
  });
});
