import { definitionOf } from '../entities/entity-types.ts';
import { ItemFault, jsonDepth, normaliseItem } from './normalise-item.ts';

function person(data: unknown) {
  const definition = definitionOf('person');
  if (definition === undefined) throw new Error('no person');
  return normaliseItem(definition, typeof data === 'string' ? data : JSON.stringify(data));
}

describe('normaliseItem', () => {
  it('reads the sample connector’s item', () => {
    expect(
      person({ display_name: ' Ada ', emails: ['ada@example.com', null] }).values.slice(0, 4),
    ).toEqual(['Ada', null, null, ['ada@example.com']]);
  });

  it('keeps keys that the model does not name', () => {
    expect(person({ display_name: 'Ada', shoe_size: 42 }).attributes).toBe('{"shoe_size":42}');
  });

  it.each([
    ['a missing name', {}, 'data.display_name is missing'],
    ['a name that is a list', { display_name: ['x'] }, 'data.display_name must be a string'],
    ['NUL', { display_name: 'a\u0000b' }, 'NUL'],
    ['half a surrogate pair', '{"display_name":"\\ud800"}', 'surrogate'],
    ['emails that are no list', { display_name: 'x', emails: 'a@b' }, 'data.emails must be a list'],
    [
      'a time that is none',
      { display_name: 'x', updated_at: 'soon' },
      'data.updated_at must be a time',
    ],
    ['data that is no object', '[]', 'must be an object'],
    ['data that is not JSON', '{', 'not JSON'],
    [
      'data that is too deep',
      `{"display_name":"x","a":${'['.repeat(70)}${']'.repeat(70)}}`,
      'deeper than 64',
    ],
  ])('refuses %s', (_, data, reason) => {
    expect(() => person(data)).toThrow(ItemFault);
    expect(() => person(data)).toThrow(reason);
  });

  it('does not let __proto__ through', () => {
    expect(person('{"display_name":"x","__proto__":{"polluted":1}}').attributes).toBeNull();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('jsonDepth', () => {
  it('counts nesting outside of texts', () => {
    expect([
      jsonDepth('1'),
      jsonDepth('{"a":[{}]}'),
      jsonDepth('"[[["'),
      jsonDepth('["\\"[["]'),
    ]).toEqual([0, 3, 0, 1]);
  });
});
