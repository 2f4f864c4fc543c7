import { memoryParts } from '../../test/platform/memory-parts.ts';
import { ManagePeople } from './manage-people.ts';
import { exportText } from './people-schemas.ts';

const spaceId = 'default';

function setUp() {
  const { people } = memoryParts();
  for (const id of ['a', 'b', 'c'])
    people.records.set(id, { personId: id === 'b' ? 'a' : id, json: `{"id":"${id}"}` });
  const connections = {
    isKept: (id: string) => Promise.resolve(id === 'kept'),
    find: (id: string) => Promise.reject(new Error(`there is no connection "${id}"`)),
  };
  return { people, manage: new ManagePeople(people, connections) };
}

describe('people', () => {
  it('are found by any of their records', async () => {
    const { manage } = setUp();
    for (const personId of ['a', 'b'])
      expect(await manage.find({ spaceId, personId })).toMatchObject({
        personId: 'a',
        records: [{ entityId: 'a' }, { entityId: 'b' }],
      });
  });

  it('are the same by an id in capitals', async () => {
    const { manage, people } = setUp();
    const person = { spaceId, personId: 'C' };
    expect(await manage.find(person)).toMatchObject({ personId: 'c' });
    expect((await manage.exportPerson(person)).data).toHaveLength(1);
    expect(await manage.erase(person, false)).toEqual({ isDone: true, erased: 1 });
    expect(people.records.has('c')).toBe(false);
  });

  it('that are not there are not found, and not exported', async () => {
    const { manage } = setUp();
    const nobody = { spaceId, personId: 'nobody' };
    const refused = { status: 404, code: 'person.not_found' };
    await expect(manage.find(nobody)).rejects.toMatchObject(refused);
    await expect(manage.exportPerson(nobody)).rejects.toMatchObject(refused);
  });

  it('are erased step by step, and once more without harm', async () => {
    const { manage, people } = setUp();
    const steps = [];
    for (let n = 0; n < 3; n++)
      steps.push(await manage.erase({ spaceId, personId: n === 0 ? 'a' : 'b' }, false));
    expect(steps).toEqual([
      { isDone: false, erased: 1 },
      expect.anything(),
      expect.objectContaining({ isDone: true }),
    ]);
    expect([...people.records.keys()]).toContain('c');
  });

  it('are exported page by page', async () => {
    const { manage } = setUp();
    const first = await manage.exportPerson({ spaceId, personId: 'a' });
    expect(first).toEqual({ data: [{ kind: 'person', json: '{"id":"a"}' }], next: 'a' });
    expect(await manage.exportPerson({ spaceId, personId: 'a' }, first.next)).toEqual({
      data: [{ kind: 'person', json: '{"id":"b"}' }],
      next: undefined,
    });
  });

  it('of a connection that nobody knows are not exported', async () => {
    await expect(setUp().manage.exportConnection('x')).rejects.toThrow('no connection "x"');
  });

  it('of a connection that is gone are exported while they are kept', async () => {
    expect((await setUp().manage.exportConnection('kept')).data).toHaveLength(1);
  });
});

describe('the text of an export', () => {
  it('has records to the letter, and a cursor that the API reads', () => {
    const json = '{"raw":{"n":12345678901234567890.10}}';
    const text = exportText({ data: [{ kind: 'person', json }], next: 'after' });
    expect(text).toBe(`{"data":[{"kind":"person","record":${json}}],"next_cursor":"YWZ0ZXI"}`);
    expect(exportText({ data: [], next: undefined })).toBe('{"data":[],"next_cursor":null}');
  });
});
