import type { DueAction } from './carry-out.ts';
import { TagEntity } from './tag-entity.ts';

function asked(kind: string, labels: readonly string[], found = true) {
  const requests: unknown[] = [];
  const bus: unknown = {
    call: (_method: unknown, request: unknown) => {
      requests.push(request);
      return Promise.resolve({ found });
    },
  };
  const action: DueAction = {
    kind,
    executionId: 'x',
    index: 0,
    content: { entity_id: 'e1', labels },
    tries: 1,
    ruleId: 'r2',
    isWanted: true,
    spaceId: 'default',
    eventId: 'v',
    eventType: 'data.PersonCreated',
    causedBy: ['r1'],
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- etl, which answers any request alike
  const carriedOut = new TagEntity(bus as ConstructorParameters<typeof TagEntity>[0]);
  return { requests, done: carriedOut.carryOut(action) };
}

describe('TagEntity', () => {
  it('has labels put on, with the rules that led to it', async () => {
    const { requests, done } = asked('tag_entity', ['vip']);
    expect(await done).toEqual({ resultId: 'e1' });
    expect(requests).toEqual([
      { spaceId: 'default', entityId: 'e1', labels: ['vip'], causedBy: ['r1', 'r2'] },
    ]);
  });

  it('has labels taken off', async () => {
    const { requests, done } = asked('untag_entity', ['vip']);
    await done;
    expect(requests).toMatchObject([{ removedLabels: ['vip'] }]);
    expect(requests[0]).not.toHaveProperty('labels');
  });

  it('cuts labels between characters', async () => {
    const { requests, done } = asked('tag_entity', ['😀'.repeat(70)]);
    await done;
    expect(requests).toMatchObject([{ labels: ['😀'.repeat(64)] }]);
  });

  it('fails where there is nothing to label', async () => {
    await expect(asked('tag_entity', ['a'], false).done).rejects.toMatchObject({
      code: 'rules.no_entity',
      retry: 'never',
    });
  });
});
