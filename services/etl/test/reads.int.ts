import { create } from '@bufbuild/protobuf';
import {
  EntityType,
  GetEntityRequestSchema,
  ListEntitiesRequestSchema,
  ListEntitiesResponseSchema,
  ListSpacesRequestSchema,
  QueryEntitiesRequestSchema,
} from '@made-open/contracts';
import { writeMessage } from '@made-open/bus';
import type { MessageContext } from '@made-open/nest';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { EntitiesConsumer } from '../src/entities/entities.consumer.ts';
import { EntityReader, type EntityPage } from '../src/entities/entity-reader.ts';
import { entityModels } from '../src/entities/entity-model.ts';
import { listStatement } from '../src/entities/list-statement.ts';
import { ResolveSweep } from '../src/runs/resolve-sweep.ts';
import { TagEntity } from '../src/tags/tag-entity.ts';
import { end, EtlFixture, many, persons, records } from './etl-fixture.ts';

describe('questions about entities', () => {
  let etl: EtlFixture;
  let consumer: EntitiesConsumer;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    consumer = new EntitiesConsumer(
      new EntityReader(etl.pool),
      new ConnectionStore(etl.pool),
      new ResolveSweep(etl.database, () => undefined),
      new TagEntity(etl.database, () => undefined),
    );
  });
  afterAll(async () => {
    await etl?.stop();
  });

  const of = (plugin: string): MessageContext => ({
    subject: '',
    parameters: [plugin] as unknown as MessageContext['parameters'],
    headers: new Map(),
    deliveryCount: 1,
    ageMs: 0,
    working: () => undefined,
  });
  const own = of('com_example_a');
  const externalIds = (page: EntityPage): string[] =>
    page.entities.map(({ origin }) => String(origin?.externalId));

  /** All pages of a list, with the number of pages. */
  async function pages(ask: (cursor: string) => Promise<EntityPage>): Promise<string[][]> {
    const found: string[][] = [];
    let cursor = '';
    do {
      const page = await ask(cursor);
      found.push(externalIds(page));
      cursor = page.nextCursor;
    } while (cursor !== '' && found.length < 1000);
    return found;
  }
  const listed = (request: object) => (cursor: string) =>
    consumer.list(
      create(ListEntitiesRequestSchema, { type: EntityType.PERSON, limit: 7, ...request, cursor }),
    );

  it('lists the entities of a space over its connections, each once, the latest change last', async () => {
    const [one, two] = [
      await etl.connection({ spaceId: 'listed' }),
      await etl.connection({ spaceId: 'listed' }),
    ];
    const other = await etl.connection({ spaceId: 'other' });
    await one.run(1, [persons(many(20, 'One'))]);
    await two.run(1, [persons(many(20, 'Two', 100))]);
    await other.run(1, [persons(many(5, 'Other', 200))]);
    await one.run(2, [persons([{ id: 'p3', name: 'Changed' }])], end(false));
    const found = await pages(listed({ spaceId: 'listed' }));
    expect(found.map((page) => page.length)).toEqual([7, 7, 7, 7, 7, 5]);
    const ids = found.flat();
    expect(new Set(ids).size).toBe(40);
    expect(ids.at(-1)).toBe('p3');
    expect((await pages(listed({ spaceId: 'listed', connectionId: two.id }))).flat()).toEqual(
      many(20, '', 100).map(({ id }) => id),
    );
    expect((await pages(listed({ spaceId: 'other', connectionId: two.id }))).flat()).toEqual([]);
    const all = await consumer.list(
      create(ListEntitiesRequestSchema, { spaceId: 'listed', type: EntityType.PERSON, limit: 200 }),
    );
    const since = all.entities.at(-1)?.updatedAt ?? '';
    expect((await pages(listed({ spaceId: 'listed', updatedSince: since }))).flat()).toEqual([
      'p3',
    ]);
  });

  it('lists the spaces, in the order of their ids', async () => {
    for (const spaceId of ['space-b', 'space-a', 'space-b']) await etl.connection({ spaceId });
    const spaces = async (after: string) =>
      (await consumer.spaces(create(ListSpacesRequestSchema, { after }))).spaceIds;
    const all = await spaces('');
    expect(all).toEqual([...new Set(all)].toSorted());
    expect(all).toEqual(expect.arrayContaining(['space-a', 'space-b']));
    expect(await spaces('space-a')).toEqual(all.slice(all.indexOf('space-a') + 1));
    expect(await spaces(all.at(-1) ?? '')).toEqual([]);
  });

  it('lists what a field says, in the order of another, the last first', async () => {
    const connection = await etl.connection({ spaceId: 'ordered' });
    const person = (index: number) => ({
      id: `p${index}`,
      data: JSON.stringify({
        title: index % 2 === 0 ? 'even' : 'odd',
        display_name: `N${index % 10}`,
      }),
    });
    await connection.run(1, [persons(Array.from({ length: 40 }, (_, index) => person(index)))]);
    const found = await pages(
      listed({
        spaceId: 'ordered',
        where: { title: 'even' },
        orderBy: 'display_name',
        descending: true,
      }),
    );
    expect(found.map((page) => page.length)).toEqual([7, 7, 6]);
    expect(new Set(found.flat()).size).toBe(20);
    expect(found.flat().map((id) => Number(id.slice(1)) % 10)).toEqual(
      [8, 6, 4, 2, 0].flatMap((last) => [last, last, last, last]),
    );
  });

  it('gives one entity of the space, without raw', async () => {
    const connection = await etl.connection({ spaceId: 'single' });
    await connection.run(1, [
      persons([
        {
          id: 'x',
          data: '{"display_name":"Ada","emails":["a@b"],"updated_at":"2026-01-01T00:00:00Z","odd":[1]}',
          raw: '"secret"',
        },
      ]),
    ]);
    const [row] = await etl.rows<{ id: string }>(`select id from person where external_id = 'x'`);
    const id = row?.id ?? '';
    const get = (change: object) =>
      consumer.get(
        create(GetEntityRequestSchema, {
          spaceId: 'single',
          type: EntityType.PERSON,
          entityId: id,
          ...change,
        }),
      );
    expect(await get({})).toMatchObject({
      entity: {
        origin: {
          entityId: id,
          externalId: 'x',
          version: 1,
          spaceId: 'single',
          connectionId: connection.id,
          pluginId: 'com.example.a',
        },
        fields: {
          display_name: 'Ada',
          emails: ['a@b'],
          updated_at: '2026-01-01T00:00:00.000Z',
          attributes: { odd: [1] },
        },
      },
    });
    expect(JSON.stringify(await get({}))).not.toContain('secret');
    const none = { entity: undefined };
    expect(await get({ spaceId: 'other' })).toEqual(none);
    expect(await get({ type: EntityType.MESSAGE })).toEqual(none);
    expect(await get({ entityId: 'x' })).toEqual(none);
    await expect(get({ entityId: '' })).rejects.toMatchObject({ code: 'etl.invalid_request' });
  });

  it('cuts pages by bytes, so that every answer fits into a message', async () => {
    const connection = await etl.connection({ spaceId: 'large', grants: ['data:write:documents'] });
    const text = 'ä"\\'.repeat(25_000);
    const frame = (from: number) =>
      records(
        [{ kind: 'item', type: 'document', ids: [`d${from}`, `d${from + 1}`] }],
        [0, 1].map(() => `${JSON.stringify({ title: 'x', text })}\t1`),
      );
    await connection.run(1, [0, 2, 4, 6, 8].map(frame));
    const sizes: number[] = [];
    const found = await pages(async (cursor) => {
      const page = await consumer.list(
        create(ListEntitiesRequestSchema, {
          spaceId: 'large',
          type: EntityType.DOCUMENT,
          limit: 200,
          cursor,
        }),
      );
      sizes.push(Buffer.byteLength(writeMessage(ListEntitiesResponseSchema, page)));
      return page;
    });
    expect(found.flat()).toEqual(Array.from({ length: 10 }, (_, index) => `d${index}`));
    expect(found.length).toBeGreaterThan(2);
    for (const size of sizes) expect(size).toBeLessThan(700 * 1024);
  });

  it('reads no more of long lists from the database than a page holds', async () => {
    const connection = await etl.connection({ spaceId: 'lists', grants: ['data:write:documents'] });
    const authors = Array.from({ length: 5000 }, (_, index) =>
      `author-${index}@example.com`.padEnd(40, 'x'),
    );
    const ids = Array.from({ length: 12 }, (_, index) => `d${index}`);
    await connection.run(
      1,
      [0, 2, 4, 6, 8, 10].map((from) =>
        records(
          [{ kind: 'item', type: 'document', ids: ids.slice(from, from + 2) }],
          [0, 1].map(() => `${JSON.stringify({ title: 'x', authors })}\t1`),
        ),
      ),
    );
    const { text, values } = listStatement(entityModels.document, { spaceId: 'lists', limit: 200 });
    const { rows } = await etl.pool.query(text, [...values]);
    expect(rows.length).toBeLessThan(6);
    const found = await pages(listed({ spaceId: 'lists', type: EntityType.DOCUMENT, limit: 200 }));
    expect(found.flat()).toEqual(ids);
  });

  describe('of a plugin', () => {
    const query = (request: object, context = own) =>
      consumer.query(create(QueryEntitiesRequestSchema, { table: 'persons', ...request }), context);
    let connectionId = '';

    beforeAll(async () => {
      const connection = await etl.connection({
        spaceId: 'queried',
        grants: ['data:write:persons', 'data:read:persons'],
      });
      connectionId = connection.id;
      const neighbour = await etl.connection({ spaceId: 'queried' });
      const titles = ['b', 'a', null, 'b', null, 'c'];
      const person = (index: number) => ({
        id: `q${index}`,
        data: JSON.stringify({
          display_name: `Q ${index}`,
          title: titles[index],
          emails: [`q${index}@x`, 'all@x'],
        }),
      });
      await connection.run(1, [persons([0, 1, 2].map(person))]);
      await neighbour.run(1, [persons([3, 4, 5].map(person))]);
    });

    it('selects by equality, also by what a list holds', async () => {
      expect(externalIds(await query({ connectionId, where: { title: 'b' } }))).toEqual([
        'q0',
        'q3',
      ]);
      expect(externalIds(await query({ connectionId, where: { emails: 'q4@x' } }))).toEqual(['q4']);
      expect(
        externalIds(await query({ connectionId, where: { emails: 'all@x', title: null } })),
      ).toEqual(['q2', 'q4']);
    });

    it('orders by a field over all pages, with what has none at the end', async () => {
      const found = await pages((cursor) =>
        query({ connectionId, orderBy: 'title', limit: 2, cursor }),
      );
      expect(found).toEqual([
        ['q1', 'q0'],
        ['q3', 'q5'],
        ['q2', 'q4'],
      ]);
    });

    it.each<[string, object, MessageContext, string]>([
      ['a table without a grant', { table: 'messages' }, own, 'etl.forbidden'],
      ['a connection of another plugin', {}, of('com_example_b'), 'etl.forbidden'],
      ['an unknown connection', { connectionId: 'nobody' }, own, 'etl.unknown_connection'],
      ['an unknown field', { where: { raw: 'x' } }, own, 'etl.invalid_request'],
    ])('refuses %s', async (_, request, context, code) => {
      await expect(query({ connectionId, ...request }, context)).rejects.toMatchObject({
        code,
        retry: 'never',
      });
    });
  });
});
