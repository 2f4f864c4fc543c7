import { EntityService } from '@made-open/contracts';
import { BusPlatformData } from './bus-platform-data.ts';

type Bus = ConstructorParameters<typeof BusPlatformData>[0];

describe('BusPlatformData', () => {
  let asked: unknown[];
  let data: BusPlatformData;
  let nextCursor: string;
  let version: number;

  beforeEach(() => {
    asked = [];
    nextCursor = 'c2';
    version = 3;
    const call = (method: unknown, request: unknown, options: unknown): Promise<unknown> => {
      asked.push(request, options);
      return Promise.resolve(
        method === EntityService.method.getCheckpoint
          ? { stateJson: '{"state":1}', runId: 'r1', epoch: 3, version }
          : {
              entities: [{ origin: { entityId: 'e1' }, fields: { display_name: 'A' } }],
              nextCursor,
            },
      );
    };
    data = new BusPlatformData({ call: call as Bus['call'] }, 'com_example_a', {
      connectionId: 'c1',
      checkpoints: { oldest: 2, newest: 3 },
    });
  });

  it('asks for its own connection, with the plugin in the subject', async () => {
    const query = { table: 'persons', where: { display_name: 'A' }, limit: 5 };
    expect(await data.query(query)).toEqual({
      entities: [{ id: 'e1', display_name: 'A' }],
      nextCursor: 'c2',
    });
    expect(asked).toEqual([
      { ...query, connectionId: 'c1' },
      { parameters: { plugin: 'com_example_a' } },
    ]);
  });

  it('knows the last page by its having no cursor', async () => {
    nextCursor = '';
    expect(await data.query({ table: 'persons', limit: 5 })).not.toHaveProperty('nextCursor');
  });

  it('asks for what the plugin can read, and says what is of an earlier version', async () => {
    version = 2;
    expect(await data.checkpoint()).toEqual({
      stateJson: '{"state":1}',
      runId: 'r1',
      migrateFrom: 2,
    });
    expect(asked[0]).toEqual({ connectionId: 'c1', oldestVersion: 2, newestVersion: 3 });
  });

  it('gives the checkpoint and the run that saved it', async () => {
    expect(await data.checkpoint()).toEqual({ stateJson: '{"state":1}', runId: 'r1' });
  });
});
