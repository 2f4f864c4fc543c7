import type { ItemType } from '@made-open/manifest';
import { entityModels } from '../src/entities/entity-model.ts';
import { EntityReader } from '../src/entities/entity-reader.ts';
import { end, EtlFixture, records } from './etl-fixture.ts';

describe('fields of entities', () => {
  let etl: EtlFixture;
  let reader: EntityReader;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    reader = new EntityReader(etl.pool);
  });
  afterAll(async () => {
    await etl?.stop();
  });

  it.each<[ItemType, object]>([
    [
      'person',
      {
        display_name: 'Ada',
        verified_emails: ['ada@example.com'],
        addresses: [{ label: 'home', city: 'Berlin' }, { formatted: 'a\nb' }],
        organizations: [{ name: 'Ö"\\', title: 'Lead' }],
        notes: ' kept ',
      },
    ],
    [
      'message',
      {
        subject: 'Hi',
        participants: [{ role: 'from', address: 'a@b' }],
        attachments: [{ name: 'a.pdf', size_bytes: 5, is_inline: false }],
        is_read: true,
        labels: ['inbox'],
      },
    ],
    [
      'calendar_event',
      {
        title: 'Call',
        original_starts_at: '2026-01-01T00:00:00.000Z',
        attendee_details: [{ email: 'a@b', status: 'accepted', is_optional: true }],
        status: 'confirmed',
      },
    ],
    [
      'document',
      {
        title: 'Lease',
        created_at: '2026-01-01T00:00:00.000Z',
        is_folder: false,
        labels: ['a', 'b'],
        checksum: 'x',
      },
    ],
  ])('gives back all kinds of fields of a %s, new and changed', async (type, fields) => {
    const spaceId = `kinds-${type}`;
    const connection = await etl.connection({
      spaceId,
      grants: ['persons', 'messages', 'events', 'documents'].map((table) => `data:write:${table}`),
    });
    const frame = (data: object) =>
      records([{ kind: 'item', type, ids: ['x', 'y'] }], [`${JSON.stringify(data)}\t1`, '{}\t1']);
    const read = async () => {
      const { entities } = await reader.list(entityModels[type], { spaceId, limit: 5 });
      return entities.find(({ origin }) => origin?.externalId === 'x')?.fields;
    };
    await connection.run(1, [frame(fields)]);
    expect(await read()).toEqual(fields);
    await connection.run(2, [frame({})], end(false));
    expect(await read()).toEqual({});
    await connection.run(3, [frame(fields)], end(false));
    expect(await read()).toEqual(fields);
  });
});
