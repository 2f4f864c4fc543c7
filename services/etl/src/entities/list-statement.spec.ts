import { InvalidRequestError } from '../errors.ts';
import { writeCursor } from './entity-cursor.ts';
import { entityModels } from './entity-model.ts';
import { listStatement, type EntityQuery } from './list-statement.ts';

const id = '01890000-0000-7000-8000-000000000001';
const list = (query: Partial<EntityQuery>) =>
  listStatement(entityModels.person, { spaceId: 's', limit: 10, ...query });

describe('listStatement', () => {
  it('binds every value', () => {
    const { text, values } = list({
      where: { display_name: "x'; drop table person; --" },
      connectionId: "c'",
      updatedSince: '2026-01-01T00:00:00+01:00',
    });
    expect(text).not.toContain('drop table');
    expect(values).toEqual([
      's',
      "c'",
      '2025-12-31T23:00:00.000Z',
      "x'; drop table person; --",
      11,
    ]);
  });

  it('goes on behind the cursor of the same order', () => {
    const cursor = writeCursor('display_name', { value: 'Ada', id });
    expect(list({ orderBy: 'display_name', cursor }).values).toContain('Ada');
  });

  it('goes on behind the cursor in the other direction too', () => {
    const cursor = writeCursor('-title', { value: 'a', id });
    const { text } = list({ orderBy: 'title', descending: true, cursor });
    expect(text).toContain('(e."title", e.id) < (');
    expect(text).toContain('e."title" desc, e.id desc');
    expect(() => list({ orderBy: 'title', cursor })).toThrow('cursor');
  });

  it('finds nothing for an id that is none', () => {
    expect(list({ entityId: "' or true" }).text).toContain('and false');
  });

  it.each<[string, Partial<EntityQuery>, string]>([
    ['an unknown field', { where: { 'raw"': 1 } }, 'have no field "raw""'],
    ['the raw text', { where: { raw: '{}' } }, 'have no field'],
    ['an order by an unknown field', { orderBy: 'id; drop table person' }, 'have no field'],
    ['an order by a list', { orderBy: 'emails' }, 'cannot be ordered'],
    ['an order by a list of objects', { orderBy: 'addresses' }, 'cannot be ordered'],
    ['a list of objects', { where: { addresses: 'x' } }, 'cannot be selected'],
    ['a value of another type', { where: { display_name: 5 } }, 'must be a string'],
    ['an object as a value', { where: { display_name: {} } }, 'must be a string'],
    ['NUL', { where: { display_name: '\u0000' } }, 'must be a string'],
    ['a cursor that is none', { cursor: 'xyz' }, 'cursor'],
    ['a cursor of another order', { cursor: writeCursor('title', { value: 'a', id }) }, 'cursor'],
    ['a time that is none', { updatedSince: 'now' }, 'RFC 3339'],
  ])('refuses %s', (_, query, reason) => {
    expect(() => list(query)).toThrow(InvalidRequestError);
    expect(() => list(query)).toThrow(reason);
  });
});
