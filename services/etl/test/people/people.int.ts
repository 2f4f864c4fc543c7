import { end, persons } from '../etl-fixture.ts';
import { PeopleFixture } from './people-fixture.ts';

describe('people', () => {
  let people: PeopleFixture;

  beforeAll(async () => {
    people = await PeopleFixture.start();
  });
  afterAll(async () => {
    await people?.etl.stop();
  });

  it('are linked over sources by checked addresses and international numbers, not by others', async () => {
    const space = people.space();
    const [one, two] = [await space.connection(), await space.connection()];
    await space.bring(
      one,
      { id: 'a', verified: ['Ada@x.org'], phones: ['+49 30 123456'] },
      { id: 'other', emails: ['ada@x.org'], phones: ['030 123456'] },
    );
    await space.bring(
      two,
      { id: 'b', verified: ['ada@x.org'] },
      { id: 'c', phones: ['+49 (30) 123-456'] },
    );
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
    expect(await space.like('other')).toEqual(['other']);
    const { person } = await space.get(await space.entity('c'));
    expect(person?.records?.map(({ rule }) => rule)).toEqual(['email', 'email', 'phone']);
    expect(person?.personId).toBe(await space.entity('a'));
  });

  it('are not linked over spaces, nor by the number of an office', async () => {
    const space = people.space();
    const neighbour = people.space();
    const connection = await space.connection();
    await space.bring(connection, { id: 'a', verified: ['a@x'] });
    await neighbour.bring(await neighbour.connection(), { id: 'b', verified: ['a@x'] });
    expect(await space.like('a')).toEqual(['a']);
    expect(await space.get(await neighbour.entity('b'))).toEqual({});
    const office = Array.from({ length: 21 }, (_, index) => ({
      id: `o${index}`,
      phones: ['+49301234567'],
    }));
    await space.bring(connection, ...office);
    expect(await space.like('o3')).toEqual(['o3']);
  });

  it('part again when their records change, and keep their name', async () => {
    const space = people.space();
    const connection = await space.connection();
    await space.bring(
      connection,
      { id: 'a', verified: ['1@x'] },
      { id: 'b', verified: ['1@x', '2@x'] },
      { id: 'c', verified: ['2@x'] },
    );
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
    await space.bring(connection, { id: 'b', verified: ['2@x'] });
    expect(await space.like('a')).toEqual(['a']);
    expect(await space.like('c')).toEqual(['b', 'c']);
    await space.bring(connection, { id: 'b', verified: ['1@x', '2@x'] });
    expect(await space.like('c')).toEqual(['a', 'b', 'c']);
    const { person } = await space.get(await space.entity('c'));
    await connection.run(90, [persons([], { gone: ['a'] })], end(false));
    await people.linker.linkAll();
    expect(await space.like('c')).toEqual(['b', 'c']);
    expect((await space.get(person?.personId ?? '')).person?.records).toHaveLength(2);
  });

  it('are separated and linked by hand, and rules do not undo it', async () => {
    const space = people.space();
    const connection = await space.connection();
    await space.bring(
      connection,
      { id: 'a', verified: ['1@x'] },
      { id: 'b', verified: ['1@x'] },
      { id: 'c', verified: ['1@x'] },
      { id: 'd' },
    );
    const { persons: parts } = await space.unlink('b');
    expect(new Set(parts.map(({ records }) => records?.length))).toEqual(new Set([1, 2]));
    expect([await space.like('a'), await space.like('b')]).toEqual([['a', 'c'], ['b']]);
    await space.bring(connection, { id: 'e', verified: ['1@x'] });
    expect(await space.like('b')).toEqual(['b']);
    await space.link('b', 'd', 'b');
    expect(await space.like('d')).toEqual(['b', 'd']);
    await space.link('a', 'b');
    expect(await space.like('b')).toEqual(['a', 'b', 'd', 'e']);
    expect(await space.like('c')).toEqual(['c']);
    await space.link('b', 'c');
    expect(await space.like('b')).toEqual(['a', 'b', 'c', 'd', 'e']);
    await space.unlink('d');
    expect(await space.like('b')).toEqual(['a', 'b', 'c', 'e']);
  });

  it('are decided about with ids of persons of the space alone', async () => {
    const space = people.space();
    await space.bring(await space.connection(), { id: 'a' }, { id: 'b' });
    await expect(space.link('a')).rejects.toMatchObject({ code: 'etl.invalid_request' });
    await expect(space.link('a', 'nobody')).rejects.toMatchObject({ code: 'etl.invalid_request' });
    await expect(people.space().unlink('a')).rejects.toMatchObject({ code: 'etl.invalid_request' });
    expect(await space.get('x')).toEqual({});
  });
});
