import { connectDatabase, type Database } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import { Meilisearch } from 'meilisearch';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MeilisearchSearchIndex } from '../src/meilisearch/meilisearch-search-index.ts';
import { aChange, aQuery } from './builders.ts';
import { searchIndexContract } from './search-index.contract.ts';

/** A server of its own, or one to share: the indexes of this test have a name that nobody else uses. */
const url = process.env['MEILISEARCH_URL'] ?? '';
const keyFile = process.env['MEILISEARCH_KEY_FILE'] ?? '';

// Not by console: Jest keeps to itself what a file says all whose tests are skipped.
if (url === '')
  process.stderr.write(
    '\nSKIPPED: the contract of search engines was NOT run against Meilisearch. Give MEILISEARCH_URL, and ' +
      'MEILISEARCH_KEY_FILE with a file that holds a key for all actions, to run it.\n\n',
  );

(url === '' ? describe.skip : describe)('MeilisearchSearchIndex', () => {
  let platform: TestPlatform;
  let database: Database<unknown>;
  let index: MeilisearchSearchIndex;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    database = connectDatabase(await platform.database('search-indexer'));
    const apiKey = keyFile === '' ? '' : readFileSync(keyFile, 'utf8').trim();
    const client = new Meilisearch({ host: url, apiKey });
    const indexPrefix = `made-open-test-${randomUUID()}`;
    index = new MeilisearchSearchIndex({ client, indexPrefix }, database.pool, 1);
  });

  afterAll(async () => {
    await index?.drop();
    await database?.close();
    await platform?.stop();
  });

  searchIndexContract(() => index);

  it('marks words that were typed with a mistake', async () => {
    await index.apply([aChange({ title: 'Ada Lovelace', body: 'of the Lovelace family' })]);
    expect((await index.search(aQuery('lovlace ada'))).hits).toMatchObject([
      {
        markedTitle: '\uE000Ada\uE001 \uE000Lovelace\uE001',
        snippet: 'of the \uE000Lovelace\uE001 family',
      },
    ]);
  });

  it('finds words with a mistake behind those without', async () => {
    await index.apply([aChange({ title: 'Lovelake' }), aChange({ title: 'Lovelace' })]);
    const { hits } = await index.search(aQuery('lovelace'));
    expect(hits.map(({ title }) => title)).toEqual(['Lovelace', 'Lovelake']);
  });

  it('keeps spaces apart that differ in case alone', async () => {
    await index.apply([aChange({ title: 'Ada', spaceId: 'Mine' })]);
    expect((await index.search(aQuery('ada', { spaceId: 'mine' }))).total).toBe(0);
    expect((await index.search(aQuery('ada', { spaceId: 'Mine' }))).total).toBe(1);
  });

  it('goes on where a page ended when the next is to be of another size', async () => {
    await index.apply(Array.from({ length: 30 }, () => aChange({ title: 'Ada' })));
    const first = await index.search(aQuery('ada', { limit: 7 }));
    const rest = await index.search(aQuery('ada', { limit: 100, cursor: first.nextCursor }));
    const ids = [...first.hits, ...rest.hits].map(({ entityId }) => entityId);
    expect(new Set(ids).size).toBe(30);
    expect(ids).toHaveLength(30);
  });

  it('shows the part of a long body that has the word', async () => {
    const body = `${'lorem ipsum '.repeat(2000)}needle${' dolor sit'.repeat(2000)}`;
    await index.apply([aChange({ title: 'Long', body })]);
    const [hit] = (await index.search(aQuery('needle'))).hits;
    expect(hit?.snippet).toMatch(/^….*\uE000needle\uE001.*…$/u);
  });

  it('deletes what is created beside it at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const created = Array.from({ length: 20 }, () => aChange({ title: 'Ghost' }));
      const deleted = created.map((change) => ({ ...change, version: 2, document: undefined }));
      await Promise.all([index.apply(created), index.apply(deleted.toReversed())]);
    }
    expect((await index.search(aQuery('ghost'))).total).toBe(0);
  });
});
