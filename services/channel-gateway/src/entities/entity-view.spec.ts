import { create } from '@bufbuild/protobuf';
import { EntityRecordSchema } from '@made-open/contracts';
import { entityTag, entityView, matchesTag } from './entity-view.ts';

const record = create(EntityRecordSchema, {
  origin: {
    entityId: '0190aaaa-0000-7000-8000-000000000000',
    connectionId: 'c',
    pluginId: 'p',
    externalId: 'e',
    version: 3,
  },
  fields: { display_name: 'Ada' },
});

describe('an entity', () => {
  it('shows its fields beside where it comes from', () => {
    expect(entityView(record)).toMatchObject({
      id: record.origin?.entityId,
      display_name: 'Ada',
      version: 3,
      source: { external_id: 'e' },
    });
  });

  it('has a tag that changes with its version', () => {
    const tag = entityTag(record);
    expect(matchesTag(`"other", W/${tag}`, tag)).toBe(true);
    expect(matchesTag('*', tag)).toBe(true);
    expect(matchesTag('"0190aaaa-2"', tag)).toBe(false);
    expect(matchesTag(undefined, tag)).toBe(false);
  });
});
