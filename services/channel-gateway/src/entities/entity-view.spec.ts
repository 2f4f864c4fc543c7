import { create } from '@bufbuild/protobuf';
import { EntityRecordSchema, EntityType } from '@made-open/contracts';
import { kindOf, type EntityKind } from './entity-kind.ts';
import { entityTag, entityView, matchesTag } from './entity-view.ts';

const person = kindOf(EntityType.PERSON) as EntityKind;
const record = create(EntityRecordSchema, {
  origin: {
    entityId: '01900000-0000-7000-8000-000000000000',
    spaceId: 'default',
    connectionId: 'c',
    pluginId: 'p',
    externalId: 'e',
    version: 3,
  },
  fields: { display_name: 'Ada', updated_at: '2020-01-01T00:00:00.000Z' },
  createdAt: '2026-01-01T00:00:00.000Z',
  tags: ['family', 'vip'],
  updatedAt: '2026-01-02T00:00:00.000Z',
});

describe('entityView', () => {
  it('shows fields, tags, origin, version and both times of change', () => {
    expect(entityView(person, record)).toEqual({
      id: '01900000-0000-7000-8000-000000000000',
      type: 'person',
      display_name: 'Ada',
      tags: ['family', 'vip'],
      source: {
        connection_id: 'c',
        plugin_id: 'p',
        external_id: 'e',
        updated_at: '2020-01-01T00:00:00.000Z',
      },
      version: 3,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-02T00:00:00.000Z',
    });
  });
});

describe('matchesTag', () => {
  const tag = entityTag(record);

  it('compares weakly, in a list too', () => {
    expect(tag).toMatch(/^W\/"3\./u);
    for (const header of [tag, tag.slice(2), `"x", ${tag}`, `${tag} , "x"`, '*'])
      expect(matchesTag(header, tag)).toBe(true);
  });

  it('knows another version, and nothing at all', () => {
    for (const header of [undefined, '', '"2.2"', 'W/"30.2"', '3.2', 'W/""'])
      expect(matchesTag(header, tag)).toBe(false);
  });
});
