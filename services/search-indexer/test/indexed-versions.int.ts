import { connectDatabase, type Database } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import type { PoolClient } from 'pg';
import { newestChanges, type IndexChange } from '../src/search/search-index.ts';
import { IndexedVersions } from '../src/versions/indexed-versions.ts';
import { inTransaction } from '../src/versions/in-transaction.ts';
import { aChange } from './builders.ts';

describe('IndexedVersions', () => {
  let platform: TestPlatform;
  let database: Database<unknown>;
  const versions = new IndexedVersions(7);
  const within = <T>(work: (client: PoolClient) => Promise<T>): Promise<T> =>
    inTransaction(database.pool, 'begin', work);
  const take = async (...changes: IndexChange[]): Promise<number> =>
    (await within((client) => versions.takeNewer(client, newestChanges(changes)))).size;
  const doubt = (...changes: IndexChange[]): Promise<void> =>
    within((client) => versions.doubt(client, newestChanges(changes)));

  beforeAll(async () => {
    platform = await TestPlatform.start();
    database = connectDatabase(await platform.database('search-indexer'));
    await within((client) => versions.create(client));
  });

  afterAll(async () => {
    await database?.close();
    await platform?.stop();
  });

  it('does not know again what came before, or what has the same texts', async () => {
    const change = aChange({ title: 'Ada' });
    expect(await take(change)).toBe(1);
    expect(await take(change)).toBe(0);
    expect(await take({ ...change, version: 2 })).toBe(0);
  });

  it('has a deletion carried out of what an engine may have, though nobody learned so', async () => {
    const created = aChange({ title: 'Ada' });
    await doubt(created);
    expect(await take({ ...created, version: 2, document: undefined })).toBe(1);
    expect(await take(created)).toBe(0);
  });

  it('has texts written again that the engine may have lost for others', async () => {
    const [first, other] = [aChange({ title: 'Ada' }), aChange({ title: 'Grace' })];
    await take(first);
    await doubt({ ...first, version: 2, document: other.document });
    expect(await take({ ...first, version: 3 })).toBe(1);
  });

  it('does not doubt what is older, or the same', async () => {
    const change = aChange({ title: 'Ada', version: 5 });
    await take(change);
    await doubt({ ...change, version: 6 });
    await doubt({ ...change, version: 4, document: undefined });
    expect(await take({ ...change, version: 7 })).toBe(0);
  });
});
