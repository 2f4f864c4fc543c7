import { create } from '@bufbuild/protobuf';
import {
  ConnectionState,
  EraseConnectionRequestSchema,
  ExportDataRequestSchema,
} from '@made-open/contracts';
import { KeepConversations } from '../src/conversations/keep-conversations.ts';
import { conversationModel, entityModels } from '../src/entities/entity-model.ts';
import { EntityReader } from '../src/entities/entity-reader.ts';
import { InvalidRequestError } from '../src/errors.ts';
import { TagEntity } from '../src/tags/tag-entity.ts';
import { ada, AdaFixture, contacts, items } from './ada-fixture.ts';
import { end, persons, type TestConnection } from './etl-fixture.ts';

const nobody = '01890000-0000-7000-8000-000000000001';

describe('tags of an entity', () => {
  let fixture: AdaFixture;
  let reader: EntityReader;
  let tagger: TagEntity;
  let committed = 0;

  beforeAll(async () => {
    fixture = await AdaFixture.start();
    reader = new EntityReader(fixture.etl.pool);
    tagger = new TagEntity(fixture.etl.database, () => committed++);
  });
  afterAll(async () => {
    await fixture?.etl.stop();
  });

  const tag = (spaceId: string, entityId: string, labels: string[], causedBy: string[] = []) =>
    tagger.tag({ spaceId, entityId, labels, causedBy });
  const untag = (spaceId: string, entityId: string, removedLabels: string[]) =>
    tagger.tag({ spaceId, entityId, labels: [], removedLabels, causedBy: ['rule-1'] });
  const tagsOf = async (spaceId: string, entityId: string) => {
    const { entities } = await reader.list(entityModels.person, { spaceId, entityId, limit: 1 });
    return entities.map(({ tags, origin }) => ({ tags, version: origin?.version }));
  };
  const kept = async (entityId: string): Promise<number> =>
    (await fixture.etl.rows('select from entity_tag where entity_id = $1', [entityId])).length;

  /** A connection with Ada and Bob, and Ada's id. */
  async function withAda(spaceId: string): Promise<{ connection: TestConnection; id: string }> {
    const connection = await fixture.connection(spaceId);
    await connection.run(1, [contacts()]);
    return { connection, id: await fixture.entityOf(spaceId, 'ada@x.org') };
  }

  it('are shown with it, in alphabetical order, and told of by one event with its causes', async () => {
    const { connection, id } = await withAda('told');
    expect(await tag('told', id, ['vip', 'family', 'vip'], ['rule-1', 'rule-2'])).toEqual({
      found: true,
      tags: ['family', 'vip'],
    });
    expect(await tagsOf('told', id)).toEqual([{ tags: ['family', 'vip'], version: 2 }]);
    const events = await connection.events('data.PersonUpdated');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      id: `${id}.2`,
      data: {
        entity: { entity_id: id, version: 2, caused_by: ['rule-1', 'rule-2'] },
        person: JSON.parse(ada()) as object,
      },
    });
    expect(committed).toBeGreaterThan(0);
    const bob = await fixture.entityOf('told', 'bob');
    expect(await tagsOf('told', bob)).toEqual([{ tags: [], version: 1 }]);
  });

  it('change nothing when it has them, by whomever and however often they are put', async () => {
    const { connection, id } = await withAda('again');
    const answers = await Promise.all([1, 2, 3].map(() => tag('again', id, ['vip'])));
    for (const answer of answers) expect(answer).toEqual({ found: true, tags: ['vip'] });
    expect(await tagsOf('again', id)).toEqual([{ tags: ['vip'], version: 2 }]);
    expect(await connection.events('data.PersonUpdated')).toHaveLength(1);
  });

  it('are taken off again, told of by one event, and those that it has not change nothing', async () => {
    const { connection, id } = await withAda('off');
    await tag('off', id, ['family', 'vip']);
    expect(await untag('off', id, ['vip', 'unknown'])).toEqual({ found: true, tags: ['family'] });
    expect(await untag('off', id, ['vip'])).toEqual({ found: true, tags: ['family'] });
    expect(await tagsOf('off', id)).toEqual([{ tags: ['family'], version: 3 }]);
    expect(await connection.events('data.PersonUpdated')).toHaveLength(2);
    expect(await untag('off', nobody, ['vip'])).toEqual({ found: false });
    await expect(untag('off', id, [])).rejects.toThrow(InvalidRequestError);
  });

  it('narrow lists', async () => {
    const { id } = await withAda('narrow');
    const withTag = async (wanted: string) => {
      const query = { spaceId: 'narrow', tag: wanted, limit: 10 };
      const { entities } = await reader.list(entityModels.person, query);
      return entities.map(({ origin }) => origin?.entityId);
    };
    expect(await withTag('vip')).toEqual([]);
    await tag('narrow', id, ['vip']);
    expect(await withTag('vip')).toEqual([id]);
    expect(await withTag("vi' or true")).toEqual([]);
    await untag('narrow', id, ['vip']);
    expect(await withTag('vip')).toEqual([]);
  });

  it('stay when a sync brings the entity again, changed or not', async () => {
    const { connection, id } = await withAda('synced');
    await tag('synced', id, ['vip']);
    await connection.run(2, [contacts()]);
    expect(await tagsOf('synced', id)).toEqual([{ tags: ['vip'], version: 2 }]);
    const changed = { id: 'ada@x.org', data: ada({ display_name: 'Ada L.' }) };
    await connection.run(3, [persons([changed])], end(false));
    expect(await tagsOf('synced', id)).toEqual([{ tags: ['vip'], version: 3 }]);
  });

  it('go with it: by its source, a full pass, an erasure, and with the connection', async () => {
    const { connection, id } = await withAda('gone');
    const bob = await fixture.entityOf('gone', 'bob');
    await tag('gone', bob, ['vip']);
    await tag('gone', id, ['vip']);
    await connection.run(2, [persons([], { gone: ['bob'] })], end(false));
    expect([await kept(bob), await kept(id)]).toEqual([0, 1]);
    await connection.run(3, [], end(true));
    expect(await kept(id)).toBe(0);
    expect(await tag('gone', id, ['vip'])).toEqual({ found: false });

    const erased = await withAda('erased');
    await tag('erased', erased.id, ['vip']);
    await fixture.erase('erased', 'ada@x.org', false);
    expect(await kept(erased.id)).toBe(0);

    const closed = await withAda('closed');
    await tag('closed', closed.id, ['vip']);
    const request = { connectionId: closed.connection.id, generation: 1 };
    await fixture.consumer.eraseConnection(create(EraseConnectionRequestSchema, request));
    expect(await kept(closed.id)).toBe(0);
  });

  it('are put on conversations, too, and go with their last message', async () => {
    const connection = await fixture.connection('talk');
    await connection.run(1, [items('message', [['m1', { body: 'Hi', thread_id: 't' }]])]);
    const { database, pool } = fixture.etl;
    const nothing = (): void => undefined;
    const keeper = new KeepConversations({
      database,
      pool,
      onCommitted: nothing,
      onError: nothing,
    });
    const talks = () => reader.list(conversationModel, { spaceId: 'talk', limit: 1 });
    await keeper.renewAll();
    const id = (await talks()).entities[0]?.origin?.entityId ?? '';
    expect(await tag('talk', id, ['open'])).toEqual({ found: true, tags: ['open'] });
    expect((await talks()).entities[0]).toMatchObject({ tags: ['open'] });
    expect(await connection.events('data.ConversationUpdated')).toHaveLength(1);
    await connection.run(2, []);
    await keeper.renewAll();
    expect((await talks()).entities).toEqual([]);
    expect(await kept(id)).toBe(0);
  });

  it('are not put on what is not there, or of another space or a deleted connection', async () => {
    const { connection, id } = await withAda('mine');
    await fixture.connection('theirs');
    for (const [spaceId, entityId] of [
      ['theirs', id],
      ['mine', nobody],
      ['mine', 'no id'],
    ] as const)
      expect(await tag(spaceId, entityId, ['vip'])).toEqual({ found: false });
    await connection.change({ spaceId: 'mine', generation: 2, state: ConnectionState.DELETED });
    expect(await tag('mine', id, ['vip'])).toEqual({ found: false });
    expect(await kept(id)).toBe(0);
    expect(await connection.events('data.PersonUpdated')).toEqual([]);
  });

  it('are 50 at most, all that were asked for or none', async () => {
    const { id } = await withAda('many');
    const labels = Array.from({ length: 50 }, (_, index) => `label ${String(index + 10)}`);
    for (const start of [0, 20]) await tag('many', id, labels.slice(start, start + 20));
    await expect(tag('many', id, [...labels.slice(40), 'one more'])).rejects.toThrow(
      InvalidRequestError,
    );
    expect(await kept(id)).toBe(40);
    await tag('many', id, labels.slice(40));
    expect(await tag('many', id, labels.slice(0, 20))).toEqual({ found: true, tags: labels });
    await expect(tag('many', id, ['one more'])).rejects.toThrow(/has 50 tags/u);
  });

  it('are part of an export', async () => {
    const { connection, id } = await withAda('exported');
    await tag('exported', id, ['vip']);
    for (const request of [
      { connectionId: connection.id },
      { spaceId: 'exported', personId: id },
    ]) {
      const { records = [] } = await fixture.consumer.exportData(
        create(ExportDataRequestSchema, request),
      );
      const found = records.map(({ json = '' }) => JSON.parse(json) as { id: string });
      expect(found.find((record) => record.id === id)).toMatchObject({ tags: ['vip'] });
    }
  });
});
