import { EntityType } from '@made-open/contracts';
import { KeepConversations } from '../../src/conversations/keep-conversations.ts';
import { matchParticipants } from '../../src/people/match-participants.ts';
import { channelGrants, emitted } from '../communication/channel-fixture.ts';
import type { TestConnection } from '../etl-fixture.ts';
import { PeopleFixture, type PeopleSpace } from './people-fixture.ts';

describe('participants of messages and conversations', () => {
  let people: PeopleFixture;

  beforeAll(async () => {
    people = await PeopleFixture.start();
  });
  afterAll(async () => {
    await people?.etl.stop();
  });

  async function received(space: PeopleSpace, message: object): Promise<TestConnection> {
    const connection = await people.etl.connection({
      spaceId: space.id,
      grants: channelGrants,
      pluginType: 'channel',
    });
    await connection.invoke('i1', emitted(['MessageReceived', { externalId: 'M1', ...message }]));
    const { database, pool } = people.etl;
    const onCommitted = () => undefined;
    await new KeepConversations({
      database,
      pool,
      onCommitted,
      onError: () => undefined,
    }).renewAll();
    return connection;
  }
  async function idIn(table: string, { id }: TestConnection): Promise<string> {
    const [row] = await people.etl.rows<{ id: string }>(
      `select id from ${table} where connection_key = (select key from connection where id = $1)`,
      [id],
    );
    return row?.id ?? '';
  }

  it('are the persons who are known by their numbers and checked addresses, however those are written', async () => {
    const space = people.space();
    const book = await space.connection();
    await space.bring(
      book,
      { id: 'Ada', phones: ['+44 20 7946 0000'] },
      { id: 'Bob', verified: ['bob@example.org'], emails: ['bob@example.org'] },
      { id: 'Eve', emails: ['eve@example.org'] },
    );
    const channel = await received(space, {
      from: 'tel:+442079460000',
      to: ['Bob <BOB@example.org>', 'eve@example.org'],
    });
    const persons = [
      { address: 'Bob <BOB@example.org>', displayName: 'Bob', personId: await space.entity('Bob') },
      // Nobody has checked that it is hers.
      { address: 'eve@example.org', displayName: '', personId: '' },
      { address: 'tel:+442079460000', displayName: 'Ada', personId: await space.entity('Ada') },
    ];
    for (const [type, table] of [
      [EntityType.MESSAGE, 'message'],
      [EntityType.CONVERSATION, 'conversation'],
    ] as const) {
      const entityId = await idIn(table, channel);
      const query = { spaceId: space.id, type, entityId };
      const { participants, found } = await matchParticipants(people.etl.pool, query);
      expect(found).toBe(true);
      const byAddress = participants.toSorted((left, right) =>
        left.address.localeCompare(right.address),
      );
      expect(byAddress).toEqual(persons);
    }
  });

  it('are one person when several sources have the person, and nobody where too many share an address', async () => {
    const space = people.space();
    const [one, two] = [await space.connection(), await space.connection()];
    await space.bring(one, { id: 'Ada', phones: ['+442079460000'] });
    await space.bring(two, { id: 'A. Lovelace', phones: ['+442079460000'] });
    await space.bring(
      one,
      ...Array.from({ length: 21 }, (_, index) => ({
        id: `Clerk ${String(index)}`,
        phones: ['+442079461111'],
      })),
    );
    const channel = await received(space, { from: '+442079460000', to: '+442079461111' });
    const entityId = await idIn('message', channel);
    const query = { spaceId: space.id, type: EntityType.MESSAGE, entityId };
    expect((await matchParticipants(people.etl.pool, query)).participants).toEqual([
      { address: '+442079460000', displayName: 'Ada', personId: await space.entity('Ada') },
      { address: '+442079461111', displayName: '', personId: '' },
    ]);
  });

  it('are those of the own space', async () => {
    const [space, other] = [people.space(), people.space()];
    await other.bring(await other.connection(), { id: 'Ada', phones: ['+442079460000'] });
    const channel = await received(space, { from: '+442079460000' });
    const entityId = await idIn('message', channel);
    const query = { type: EntityType.MESSAGE, entityId };
    const { pool } = people.etl;
    expect(await matchParticipants(pool, { ...query, spaceId: other.id })).toEqual({
      participants: [],
      found: false,
    });
    expect(await matchParticipants(pool, { ...query, spaceId: space.id })).toEqual({
      participants: [{ address: '+442079460000', displayName: '', personId: '' }],
      found: true,
    });
    await expect(
      matchParticipants(pool, { spaceId: space.id, type: EntityType.PERSON, entityId }),
    ).rejects.toThrow('only messages and conversations');
  });
});
