import type { Bus } from '@made-open/bus';
import {
  EntityType,
  IndexState,
  PersonDeletedSchema,
  PersonUpdatedSchema,
  SearchService,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import { PostgresGenerationStore } from '../src/generations/postgres-generation-store.ts';
import { PostgresSearchIndex } from '../src/postgres/postgres-search-index.ts';
import { aChange, aQuery } from './builders.ts';
import { FakeEtl, type StoredEntity } from './fake-etl.ts';
import { generationStoreContract } from './generation-store.contract.ts';
import { IndexerFixture } from './indexer-fixture.ts';

const { search, reindex, cancelReindex, listIndexes } = SearchService.method;

describe('a new index', () => {
  let fixture: IndexerFixture;
  let bus: Bus;
  let etl: FakeEtl;
  let gateway: Bus;
  let manager: Bus;

  beforeAll(async () => {
    fixture = await IndexerFixture.start();
    bus = await fixture.platform.bus('etl');
    etl = new FakeEtl(bus);
    gateway = await fixture.platform.bus('channel-gateway');
    manager = await fixture.platform.bus('plugin-manager');
  });
  afterAll(() => fixture?.stop());
  beforeEach(() => {
    etl.persons.splice(0);
    etl.conversations.splice(0);
    etl.beforePage = () => Promise.resolve();
  });

  const stored = (name: string, spaceId = 'default'): StoredEntity => {
    const person = { id: randomUUID(), spaceId, version: 1, name };
    etl.persons.push(person);
    return person;
  };
  const titles = async (query: string, spaceId = 'default'): Promise<string[]> =>
    (await gateway.call(search, { spaceId, query, limit: 100 })).hits
      .map(({ title }) => title)
      .toSorted();
  const states = async () =>
    (await manager.call(listIndexes, {})).indexes.map(({ generation, state }) => ({
      generation,
      state,
    }));
  const isLive = (generation: number | undefined): Promise<void> =>
    eventually(async () =>
      expect(await states()).toContainEqual({ generation, state: IndexState.LIVE }),
    );
  const origin = ({ id, spaceId }: StoredEntity, version: number) => ({
    entityId: id,
    spaceId,
    connectionId: 'connection-1',
    pluginId: 'com.example.contacts',
    externalId: id,
    version,
  });

  it('finds everything that etl has, of every space, and nothing else', async () => {
    const lost = new PostgresSearchIndex(fixture.database.pool);
    await lost.apply([aChange({ title: 'Ghost' })]);
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) stored(`Refilled ${name}`);
    stored('Refilled elsewhere', 'other');
    const talk = { id: randomUUID(), spaceId: 'default', version: 1, name: 'Refilled talk' };
    etl.conversations.push(talk);
    expect(await titles('ghost')).toEqual(['Ghost']);
    const { index } = await manager.call(reindex, {});
    expect(index).toMatchObject({ engine: 'postgres', state: IndexState.FILLING });
    await isLive(index?.generation);
    expect(await titles('ghost')).toEqual([]);
    expect(await titles('refilled')).toHaveLength(6);
    const types = [EntityType.CONVERSATION];
    const talks = await gateway.call(search, { spaceId: 'default', query: 'refilled', types });
    expect(talks.hits).toMatchObject([{ entityId: talk.id, title: talk.name }]);
    expect(await titles('refilled', 'other')).toEqual(['Refilled elsewhere']);
    const { indexes } = await manager.call(listIndexes, {});
    expect(indexes.find(({ state }) => state === IndexState.LIVE)?.entitiesRead).toBe(7n);
  });

  it('takes changes while it is filled and after a restart, and searches are answered meanwhile', async () => {
    const [kept, gone, changed] = ['Kept', 'Gone', 'Changed'].map((name) => stored(`Old ${name}`));
    if (kept === undefined || gone === undefined || changed === undefined) throw new Error();
    const first = await manager.call(reindex, {});
    await isLive(first.index?.generation);
    const held = Promise.withResolvers<void>();
    let asked = 0;
    etl.beforePage = () => (++asked > 1 ? held.promise : Promise.resolve());
    const { index } = await manager.call(reindex, {});
    await eventually(() => Promise.resolve(expect(asked).toBeGreaterThan(1)));
    expect(await titles('old')).toEqual(['Old Changed', 'Old Gone', 'Old Kept']);
    await bus.publishEvents(PersonUpdatedSchema, [
      { message: { entity: origin(changed, 2), person: { displayName: 'New name' } } },
    ]);
    await bus.publishEvents(PersonDeletedSchema, [{ message: { entity: origin(gone, 2) } }]);
    await eventually(async () => expect(await titles('old')).toEqual(['Old Kept']));
    expect(await states()).toContainEqual({
      generation: index?.generation,
      state: IndexState.FILLING,
    });
    held.resolve();
    await fixture.restart();
    await isLive(index?.generation);
    expect(await titles('old')).toEqual(['Old Kept']);
    expect(await titles('name')).toEqual(['New name']);
  });

  it('is given up when asked, and the one before goes on to answer', async () => {
    const [live] = (await states()).filter(({ state }) => state === IndexState.LIVE);
    stored('Stays');
    etl.beforePage = () => new Promise(() => undefined);
    const { index } = await manager.call(reindex, {});
    expect((await manager.call(reindex, {})).index?.generation).toBe(index?.generation);
    expect(await manager.call(cancelReindex, {})).toMatchObject({ canceled: true });
    expect(await manager.call(cancelReindex, {})).toMatchObject({ canceled: false });
    await isLive(live?.generation);
    expect(await titles('name')).toEqual(['New name']);
  });
});

describe('PostgresGenerationStore', () => {
  let fixture: IndexerFixture;

  beforeAll(async () => {
    fixture = await IndexerFixture.start();
    // Nobody else looks after what the tests do to the table.
    await fixture.stopService();
  });
  afterAll(() => fixture?.stop());

  generationStoreContract(async () => {
    const { pool } = fixture.database;
    await pool.query('truncate generation restart identity');
    await pool.query("insert into generation (engine, state) values ('postgres', 'live')");
    return new PostgresGenerationStore(pool);
  });
});

describe('the tables of a generation', () => {
  let fixture: IndexerFixture;

  beforeAll(async () => {
    fixture = await IndexerFixture.start();
  });
  afterAll(() => fixture?.stop());

  it('are its own, and go with it', async () => {
    const { pool } = fixture.database;
    const [one, two] = [new PostgresSearchIndex(pool), new PostgresSearchIndex(pool, 2)];
    await two.create();
    const change = aChange({ title: 'Ada' });
    await two.apply([change]);
    expect((await one.search(aQuery('ada'))).total).toBe(0);
    await one.apply([change]);
    await two.drop();
    expect((await one.search(aQuery('ada'))).total).toBe(1);
    await expect(two.search(aQuery('ada'))).rejects.toMatchObject({ code: 'search.unavailable' });
  });

  it('go though an index before them lies in an engine that the service was not given', async () => {
    const { pool } = fixture.database;
    const { rows } = await pool.query<{ id: number }>(
      `insert into generation (engine, state, retired_at)
       values ('meilisearch', 'retired', now() - interval '1 hour'), ('postgres', 'retired', null)
       returning id`,
    );
    const [stays, goes] = rows;
    if (stays === undefined || goes === undefined) throw new Error('PostgreSQL gave no rows back');
    await new PostgresSearchIndex(pool, goes.id).create();
    await pool.query(`update generation set retired_at = now() - interval '1 hour' where id = $1`, [
      goes.id,
    ]);
    await eventually(async () =>
      expect(
        (await new PostgresGenerationStore(pool).listRetired(0)).map(({ id, fault }) => [
          id,
          fault,
        ]),
      ).toEqual([[stays.id, 'search.engine_missing']]),
    );
    const table = await pool.query('select to_regclass($1) as name', [
      `search_document_${String(goes.id)}`,
    ]);
    expect(table.rows).toEqual([{ name: null }]);
  });
});
