import type { Bus } from '@made-open/bus';
import {
  ConversationCreatedSchema,
  ConversationDeletedSchema,
  ConversationUpdatedSchema,
  DocumentCreatedSchema,
  EntityType,
  PersonCreatedSchema,
  PersonDeletedSchema,
  PersonUpdatedSchema,
  SearchFacet,
  SearchService,
} from '@made-open/contracts';
import type { Database } from '@made-open/postgres';
import { eventually, type TestPlatform } from '@made-open/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { randomUUID } from 'node:crypto';
import { PostgresSearchIndex } from '../src/postgres/postgres-search-index.ts';
import { searchStatements } from '../src/postgres/search-statements.ts';
import { beginApply } from '../src/versions/indexed-versions.ts';
import { aChange, aQuery } from './builders.ts';
import { IndexerFixture } from './indexer-fixture.ts';
import { searchIndexContract } from './search-index.contract.ts';

const { search } = SearchService.method;

let fixture: IndexerFixture;
let platform: TestPlatform;
let database: Database<unknown>;

beforeAll(async () => {
  fixture = await IndexerFixture.start();
  ({ platform, database } = fixture);
});

afterAll(() => fixture?.stop());

describe('PostgresSearchIndex', () => {
  searchIndexContract(() => new PostgresSearchIndex(database.pool));

  it('takes the words of an address that goes on as they are written, one behind the other', async () => {
    const index = new PostgresSearchIndex(database.pool);
    await index.apply([
      aChange({ details: 'ada@example.com' }),
      aChange({ details: 'com example' }),
    ]);
    for (const query of ['example.c', '"example c'])
      expect((await index.search(aQuery(query))).total).toBe(1);
  });

  it('leaves the row of an unchanged document alone', async () => {
    const index = new PostgresSearchIndex(database.pool);
    const change = aChange({ title: 'Ada', body: 'text' });
    const row = async (): Promise<unknown> =>
      (
        await database.pool.query<{ ctid: string; xmin: string }>(
          'select d.ctid, d.xmin, i.version from search_document d join indexed i using (entity_id)',
        )
      ).rows;
    await index.apply([change]);
    const [before] = (await row()) as object[];
    await index.apply([{ ...change, version: 2 }]);
    expect(await row()).toEqual([{ ...before, version: 2 }]);
  });

  it('deletes what is created beside it at the same time', async () => {
    const index = new PostgresSearchIndex(database.pool);
    for (let round = 0; round < 20; round++) {
      const created = Array.from({ length: 20 }, () => aChange({ title: 'Ghost' }));
      const deleted = created.map((change) => ({ ...change, version: 2, document: undefined }));
      await Promise.all([index.apply(created), index.apply(deleted.toReversed())]);
    }
    expect((await index.search(aQuery('ghost'))).total).toBe(0);
  });

  it('can search by its indexes', async () => {
    const client = await database.pool.connect();
    await client.query('begin; set local enable_seqscan = off');
    const plan = async (condition: string): Promise<string> =>
      JSON.stringify(
        (await client.query(`explain select 1 from search_document where ${condition}`)).rows,
      );
    const plans = [
      await plan("fts @@ '''lovelace'':*'::tsquery"),
      await plan("fts @@ '''lov'':*A'"),
    ];
    await client.query('rollback');
    client.release();
    for (const chosen of plans) expect(chosen).toContain('search_document_fts');
  });

  it('changes documents by their key, whatever the size of the table when it was planned', async () => {
    const client = await database.pool.connect();
    await client.query(beginApply);
    const { rows } = await client.query(
      `explain ${searchStatements(1).replaceDocuments.text}`,
      Array.from({ length: 10 }, () => []),
    );
    await client.query('rollback');
    client.release();
    const plan = JSON.stringify(rows);
    expect(plan.match(/search_document_pkey/gu)).toHaveLength(2);
    expect(plan).not.toContain('Seq Scan');
  });

  it('goes on after a document that PostgreSQL refuses', async () => {
    const index = new PostgresSearchIndex(database.pool);
    const refused = aChange({ title: 'not\0storable' });
    const change = aChange({ title: 'Stored', details: 'a\tb\\.\nc' });
    for (let round = 0; round < 12; round++)
      await expect(index.apply([refused, change])).rejects.toMatchObject({ code: '22021' });
    await index.apply([change]);
    expect((await index.search(aQuery('stored c'))).hits).toMatchObject([
      { title: 'Stored', snippet: 'a b\\. \uE000c\uE001' },
    ]);
  });

  it('counts and ranks no more matches than it says', async () => {
    const index = new PostgresSearchIndex(database.pool);
    for (let part = 0; part < 3; part++)
      await index.apply(Array.from({ length: 4000 }, () => aChange({ title: 'Same' })));
    expect(await index.search(aQuery('same', { limit: 100 }))).toMatchObject({ total: 10_000 });
    await index.apply([aChange({ title: 'Same', connectionId: 'rare' })]);
    const facets = [SearchFacet.TYPE];
    expect(await index.search(aQuery('same', { connectionId: 'rare', facets }))).toMatchObject({
      total: 1,
      facetCounts: [{ count: 1 }],
    });
  });
});

describe('search-indexer', () => {
  let etl: Bus;
  let gateway: Bus;
  const origin = (entityId: string, version: number) => ({
    entityId,
    spaceId: 'default',
    connectionId: 'connection-1',
    pluginId: 'com.example.contacts',
    externalId: entityId,
    version,
  });
  const titles = async (query: string): Promise<string[]> =>
    (await gateway.call(search, { spaceId: 'default', query, limit: 100 })).hits.map(
      ({ title }) => title,
    );
  /** Everything that was published is settled. */
  const settled = (): Promise<void> =>
    eventually(async () => {
      const manager = await jetstreamManager(await platform.administrator());
      const info = await manager.consumers.info('DATA', 'search-indexer-changes');
      expect(info.num_pending + info.num_ack_pending).toBe(0);
    });

  beforeAll(async () => {
    [etl, gateway] = await Promise.all([platform.bus('etl'), platform.bus('channel-gateway')]);
  });
  beforeEach(async () => {
    await database.pool.query('truncate indexed, search_document');
  });

  it('makes events found', async () => {
    const [person, document] = [randomUUID(), randomUUID()];
    await etl.publishEvents(PersonCreatedSchema, [
      { message: { entity: origin(person, 1), person: { displayName: 'Ada Lovelace' } } },
      { message: { entity: origin(randomUUID(), 1), person: { displayName: 'Grace Hopper' } } },
    ]);
    await etl.publishEvents(DocumentCreatedSchema, [
      { message: { entity: origin(document, 1), document: { title: 'Notes', text: 'by Ada' } } },
    ]);
    await settled();
    const found = await gateway.call(search, { spaceId: 'default', query: 'ada', limit: 10 });
    expect(found.total).toBe(2);
    expect(found.hits.map(({ entityId }) => entityId)).toEqual([person, document]);
    expect(found.hits[1]?.snippet).toBe('by \uE000Ada\uE001');
  });

  it('makes conversations found by their subject and by who takes part, as long as they are there', async () => {
    const id = randomUUID();
    const found = async (query: string): Promise<unknown[]> => {
      await settled();
      const request = { spaceId: 'default', query, types: [EntityType.CONVERSATION], limit: 10 };
      return (await gateway.call(search, request)).hits.map(({ entityId }) => entityId);
    };
    const talk = (participants: string[]) => ({ subject: 'Lunch at one', participants });
    await etl.publishEvents(ConversationCreatedSchema, [
      { message: { entity: origin(id, 1), conversation: talk(['ada@example.com']) } },
    ]);
    expect([await found('lunch'), await found('ada@example.com')]).toEqual([[id], [id]]);
    await etl.publishEvents(ConversationUpdatedSchema, [
      {
        message: {
          entity: origin(id, 2),
          conversation: talk(['ada@example.com', 'grace@example.com']),
        },
      },
    ]);
    expect(await found('grace')).toEqual([id]);
    await etl.publishEvents(ConversationDeletedSchema, [{ message: { entity: origin(id, 3) } }]);
    expect(await found('lunch')).toEqual([]);
  });

  it('ignores what is older, repeated or late', async () => {
    const [changed, gone] = [randomUUID(), randomUUID()];
    const created = { message: { entity: origin(changed, 1), person: { displayName: 'Ada' } } };
    const updated = { message: { entity: origin(changed, 2), person: { displayName: 'Grace' } } };
    const late = { message: { entity: origin(gone, 1), person: { displayName: 'Ghost' } } };
    await etl.publishEvents(PersonUpdatedSchema, [updated]);
    await etl.publishEvents(PersonDeletedSchema, [{ message: { entity: origin(gone, 2) } }]);
    await etl.publishEvents(PersonCreatedSchema, [created, late]);
    await etl.publishEvents(PersonCreatedSchema, [created, late]);
    await settled();
    expect(await titles('grace')).toEqual(['Grace']);
    expect(await titles('ada')).toEqual([]);
    expect(await titles('ghost')).toEqual([]);
  });

  it('takes many batches in any order, and everything is found once', async () => {
    const events = Array.from({ length: 300 }, (_, n) => ({
      message: { entity: origin(randomUUID(), 1), person: { displayName: `Many ${String(n)}` } },
    }));
    const batches = Array.from({ length: 30 }, (_, n) => events.slice(n * 10, n * 10 + 10));
    await Promise.all(
      [...batches, ...batches.toReversed()].map((batch) =>
        etl.publishEvents(PersonCreatedSchema, batch),
      ),
    );
    await settled();
    const found = await gateway.call(search, { spaceId: 'default', query: 'many', limit: 1 });
    expect(found.total).toBe(300);
  });

  it('keeps a batch with an event of no entity among the dead letters, and indexes the rest', async () => {
    await etl.publishEvents(PersonCreatedSchema, [
      { message: { person: { displayName: 'Nobody' } } },
      { message: { entity: origin(randomUUID(), 1), person: { displayName: 'Somebody' } } },
    ]);
    await settled();
    expect(await titles('somebody')).toEqual(['Somebody']);
    const manager = await jetstreamManager(await platform.administrator());
    const letter = await manager.streams.getMessage('DEAD_LETTERS', {
      last_by_subj: 'dead.search-indexer.search-indexer-changes',
    });
    expect(letter?.header.get('Dead-Code')).toBe('search.change_invalid');
  });

  it('refuses what it cannot search, with a code', async () => {
    const call = (request: object) => gateway.call(search, { spaceId: 'default', ...request });
    await expect(call({ query: '!!' })).rejects.toMatchObject({ code: 'search.query_invalid' });
    await expect(call({ query: 'a', cursor: 'x' })).rejects.toMatchObject({
      code: 'search.query_invalid',
      retry: 'never',
    });
  });

  it('says that it is not ready, and loses nothing, while PostgreSQL is away', async () => {
    const ready = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${String(fixture.healthPort)}/health/ready`)).status;
    expect(await ready()).toBe(200);
    const client = await platform.postgres.connect();
    await client.query('alter role search_indexer nologin');
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'search_indexer'",
    );
    await expect(titles('ada')).rejects.toMatchObject({
      code: 'search.unavailable',
      retry: 'later',
    });
    const person = { displayName: 'Patience' };
    await etl.publishEvents(PersonCreatedSchema, [
      { message: { entity: origin(randomUUID(), 1), person } },
    ]);
    await eventually(async () => expect(await ready()).toBe(503));
    await client.query('alter role search_indexer login');
    await client.end();
    await eventually(async () => expect(await titles('patience')).toEqual(['Patience']));
    expect(await ready()).toBe(200);
  });
});
