import { readEvents } from '@made-open/bus';
import { PersonCreatedSchema, PersonDeletedSchema } from '@made-open/contracts';
import type { Connection } from '../connections/connection.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { EntityEvents } from './entity-event.ts';
import { entityModels } from './entity-model.ts';

const connection: Connection = {
  id: 'c-1',
  key: 1,
  spaceId: 'default',
  pluginId: 'com.example.crm',
  grants: [],
  generation: 1,
  mappingVersion: 1,
  isDeleted: false,
  isChannel: false,
  channelType: '',
};
const id = '01890000-0000-7000-8000-000000000001';

describe('EntityEvents', () => {
  it('writes what the contract reads', () => {
    const batches = new EventBatches(new Date('2026-01-01T00:00:00Z'));
    const events = new EntityEvents(batches, connection);
    const json = JSON.stringify({
      display_name: 'A "quoted" näme',
      emails: ['a@example.com'],
      attributes: { deep: { list: [1, null, 'x'] } },
    });
    events.written(
      entityModels.person,
      entityModels.person.created,
      { id, externalId: 'x"\\y', version: 1 },
      json,
    );
    const [message] = batches.messages();
    expect(message?.subject).toBe('data.PersonCreated');
    const [event] = readEvents(PersonCreatedSchema, message?.payload ?? new Uint8Array());
    expect(event?.source).toBe('/etl');
    expect(event?.id).toBe(`${id}.1`);
    expect(event?.message.entity).toMatchObject({
      entityId: id,
      externalId: 'x"\\y',
      connectionId: 'c-1',
      pluginId: 'com.example.crm',
      spaceId: 'default',
      version: 1,
    });
    expect(event?.message.person).toMatchObject({
      displayName: 'A "quoted" näme',
      emails: ['a@example.com'],
      attributes: { deep: { list: [1, null, 'x'] } },
    });
  });

  it('tells of a deleted entity without its fields', () => {
    const batches = new EventBatches(new Date());
    new EntityEvents(batches, connection).deleted(entityModels.person, {
      id,
      externalId: 'x',
      version: 3,
    });
    const [message] = batches.messages();
    const [event] = readEvents(PersonDeletedSchema, message?.payload ?? new Uint8Array());
    expect(event?.message.entity?.version).toBe(3);
  });

  it('splits batches by size and keeps the order of events', () => {
    const batches = new EventBatches(new Date());
    const events = new EntityEvents(batches, connection);
    const json = JSON.stringify({ display_name: 'ä'.repeat(50_000) });
    for (let version = 1; version <= 6; version++)
      events.written(
        entityModels.person,
        'data.PersonUpdated',
        { id, externalId: 'x', version },
        json,
      );
    const messages = batches.messages();
    expect(messages.length).toBe(3);
    for (const { payload } of messages) expect(payload.byteLength).toBeLessThanOrEqual(256 * 1024);
    const versions = messages.flatMap(({ payload }) =>
      readEvents(PersonCreatedSchema, payload).map((event) => event.message.entity?.version),
    );
    expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
