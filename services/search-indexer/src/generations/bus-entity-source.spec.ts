import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import { EntityType, type CallMethod } from '@made-open/contracts';
import { BusEntitySource } from './bus-entity-source.ts';

const asked: unknown[] = [];
const refused: string[] = [];

/** A bus on which somebody gives this answer. */
function answering(answer: object): Pick<Bus, 'call'> {
  return {
    call: <I extends DescMessage, O extends DescMessage>(
      method: CallMethod<I, O>,
      request: MessageInitShape<I>,
    ) => {
      asked.push(request);
      return Promise.resolve(create(method.output, answer as MessageInitShape<O>));
    },
  };
}

function sourceOf(answer: object): BusEntitySource {
  return new BusEntitySource(answering(answer), (entityId, code) =>
    refused.push(`${entityId} ${code}`),
  );
}

describe('BusEntitySource', () => {
  beforeEach(() => {
    asked.splice(0);
    refused.splice(0);
  });

  it('reads entities as changes, with the texts that their events would have', async () => {
    const origin = {
      entityId: '01930000-0000-7000-8000-000000000001',
      spaceId: 'default',
      connectionId: 'c',
      pluginId: 'com.example',
      externalId: 'x',
      version: 7,
    };
    const fields = { display_name: 'Ada', emails: ['ada@example.com'], of_tomorrow: 1 };
    const source = sourceOf({
      entities: [{ origin, type: EntityType.PERSON, fields }, { type: EntityType.PERSON }],
      nextCursor: 'next',
    });
    expect(await source.page('default', EntityType.PERSON, 'here')).toEqual({
      changes: [
        {
          entityId: origin.entityId,
          spaceId: 'default',
          connectionId: 'c',
          pluginId: 'com.example',
          version: 7,
          type: EntityType.PERSON,
          document: { title: 'Ada', details: 'ada@example.com', body: '' },
        },
      ],
      nextCursor: 'next',
    });
    expect(asked).toEqual([
      { spaceId: 'default', type: EntityType.PERSON, cursor: 'here', limit: 200 },
    ]);
  });

  it('goes from space to space', async () => {
    expect(await sourceOf({ spaceIds: ['b', 'c'] }).spaceBehind('a')).toBe('b');
    expect(await sourceOf({ spaceIds: [] }).spaceBehind('c')).toBeUndefined();
    expect(asked).toEqual([{ after: 'a' }, { after: 'c' }]);
  });

  it('reads everything that events make found', () => {
    expect(sourceOf({}).types).toEqual([
      EntityType.PERSON,
      EntityType.MESSAGE,
      EntityType.CALENDAR_EVENT,
      EntityType.DOCUMENT,
      EntityType.CONVERSATION,
    ]);
  });

  it('leaves out an entity that it cannot read, and says which', async () => {
    const [bad, good] = ['bad', 'good'].map((entityId) => ({
      origin: { entityId, spaceId: 'default', connectionId: 'c', version: 1 },
      type: EntityType.PERSON,
      fields: { display_name: entityId === 'bad' ? ['no', 'text'] : 'Ada' },
    }));
    const page = await sourceOf({ entities: [bad, good] }).page('default', EntityType.PERSON, '');
    expect(page.changes.map(({ entityId }) => entityId)).toEqual(['good']);
    expect(refused).toEqual(['bad search.entity_unreadable']);
  });
});
