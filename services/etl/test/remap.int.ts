import { ConnectionStore } from '../src/connections/connection-store.ts';
import { EraseConnection } from '../src/erasure/erase-connection.ts';
import { ResolveSweep } from '../src/runs/resolve-sweep.ts';
import {
  begin,
  countsOf,
  end,
  many,
  persons,
  refusedItems,
  type EtlFixture,
  type Person,
  type TestConnection,
} from './etl-fixture.ts';
import { checkpoint, remap, RemapFixture, withRaw } from './remap-fixture.ts';

const part = end(false);
const anew = (count: number): Person[] => withRaw(many(count, 'Anew'));

describe('a remap', () => {
  let fixture: RemapFixture;
  let etl: EtlFixture;

  beforeAll(async () => {
    fixture = await RemapFixture.start();
    ({ etl } = fixture);
  });
  afterAll(async () => {
    await fixture?.stop();
  });

  /** Past etl, as whoever writes meanwhile. */
  const change = ({ id }: TestConnection, statement: string) =>
    etl.rows(`${statement} and connection_key = (select key from connection where id = $1)`, [id]);
  const known = ({ id }: TestConnection) => new ConnectionStore(etl.pool).existing(id);

  it('changes the entities whose mapping changed, with events, and leaves the others', async () => {
    const connection = await fixture.begun(withRaw(many(3)));
    const [, second] = anew(2);
    const mapped = withRaw(many(3)).map((person, index) =>
      index === 1 && second !== undefined ? second : person,
    );
    const outcome = await connection.send([2, 1, 1], persons(mapped), remap);
    expect(countsOf(outcome)).toMatchObject({ items: 3, updated: 1, unchanged: 2, created: 0 });
    expect(await fixture.names(connection)).toEqual(['Person 0', 'Anew 1', 'Person 2']);
    const events = await connection.events('data.PersonUpdated');
    expect(events.map(({ data }) => [data.entity?.external_id, data.entity?.version])).toEqual([
      ['p1', 2],
    ]);
  });

  it('brings nothing back that was deleted, and makes nothing old again, while it runs', async () => {
    const connection = await fixture.begun(withRaw(many(3)));
    await change(connection, `delete from person where external_id = 'p0'`);
    await change(connection, `update person set raw = '{"newer":true}' where external_id = 'p1'`);
    const outcome = await connection.send([2, 1, 1], persons(anew(3)), remap);
    expect(countsOf(outcome)).toMatchObject({ created: 0, updated: 1, unchanged: 2 });
    expect(await fixture.names(connection)).toEqual(['Person 1', 'Anew 2']);
  });

  it('deletes nothing and sends no events of its own, whatever its frames ask for', async () => {
    const connection = await fixture.begun(withRaw(many(2)));
    const content = persons([], {
      gone: ['p0'],
      sections: [{ kind: 'event', subjects: ['connector.Done'] }],
      lines: ['{}'],
    });
    const outcome = await connection.send([2, 1, 1], content, remap);
    expect(countsOf(outcome)).toMatchObject({ deleted: 0, events: 0 });
    expect(await fixture.names(connection)).toHaveLength(2);
  });

  it('sweeps nothing, and leaves a sweep that waits for a decision', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(withRaw(many(60)))]);
    await connection.run(2, [persons(withRaw(many(1)))]);
    expect(await connection.count('sweep')).toBe(59);
    await connection.send([3, 1, 0], begin, remap);
    await connection.send([3, 1, 1], persons(anew(60)), remap);
    await connection.send([3, 1, 2], end(), remap);
    expect(await connection.count('sweep')).toBe(59);
    expect(await fixture.names(connection)).toHaveLength(60);
    const recorded = await connection.events('connector.RunRecorded');
    expect(recorded.at(-1)?.data).not.toHaveProperty('sweep_held');
  });

  it('does not bring back what a sweep takes away meanwhile', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(withRaw(many(60)))]);
    await connection.run(2, [persons(withRaw(many(1)))]);
    await connection.send([3, 1, 0], begin, remap);
    const sweeps = new ResolveSweep(etl.database, () => undefined);
    expect(await sweeps.resolve(await known(connection), { runId: 'run-2', carryOut: true })).toBe(
      59,
    );
    await connection.send([3, 1, 1], persons(anew(60)), remap);
    expect(await fixture.names(connection)).toEqual(['Anew 0']);
  });

  it('puts a checkpoint that is no cursor into quarantine', async () => {
    const connection = await fixture.begun(withRaw(many(1)));
    await connection.send([2, 1, 1], checkpoint({ page: 2 }), remap);
    expect(await connection.quarantine()).toMatchObject([
      { type: 'checkpoint', reason: 'the checkpoint of a remap is no cursor of stored raw' },
    ]);
    expect((await fixture.list(connection)).checkpointEpoch).toBe(0);
  });

  it('says what could not be mapped, beside what a sync refused, and takes back only its own', async () => {
    const connection = await etl.connection();
    const refusals = async () =>
      (await connection.quarantine())
        .map(({ external_id: id, reason, record }) =>
          [id, reason.slice(0, 12), record === null ? 'gone' : 'kept'].join(', '),
        )
        .toSorted();
    await connection.run(1, [persons(withRaw(many(2)))]);
    const wrong = { id: 'p0', data: '{"display_name":7}', raw: '{"newer":true}' };
    await connection.run(2, [persons([wrong])], part);
    expect(await refusals()).toEqual(['p0, display_name, kept']);
    await connection.send([3, 1, 0], begin, remap);
    await connection.send([3, 1, 1], refusedItems('p0', 'p1'), remap);
    await connection.send([3, 1, 2], part, remap);
    expect(await refusals()).toEqual([
      'p0, display_name, kept',
      'p0, wrong p0, gone',
      'p1, wrong p1, gone',
    ]);
    await connection.send([4, 1, 0], begin, remap);
    await connection.send([4, 1, 1], persons(withRaw(many(2))), remap);
    expect(await refusals()).toEqual(['p0, display_name, kept']);
    await connection.run(5, [persons(withRaw(many(2)))], part);
    expect(await refusals()).toEqual([]);
  });

  it('leaves room in quarantine for what syncs refuse', async () => {
    const connection = await fixture.begun(withRaw(many(3)));
    await etl.rows(
      `insert into quarantine (id, connection_key, run_id, type, external_id, slot, reason, hash, size_bytes)
       select gen_random_uuid(), key, 'r', 'person', 'x' || n, 1, '', 0, 1
       from connection, generate_series(1, 998) n where id = $1`,
      [connection.id],
    );
    await connection.send([2, 1, 1], refusedItems('p0', 'p1', 'p2'), remap);
    expect(await connection.count('quarantine')).toBe(1000);
    await connection.run(3, [refusedItems('s0', 's1', 's2')], part);
    expect(await connection.count('quarantine')).toBe(1003);
  });

  it('refuses the items that cannot be stored, one by one', async () => {
    const connection = await fixture.begun(withRaw(many(2)));
    const mapped = anew(2).map((person, index) =>
      index === 0 ? { ...person, data: '{"display_name":"a\\u0000b"}' } : person,
    );
    await connection.send([2, 1, 1], persons(mapped), remap);
    expect(await fixture.names(connection)).toEqual(['Person 0', 'Anew 1']);
    expect(await connection.quarantine()).toMatchObject([{ external_id: 'p0', record: null }]);
  });

  it('leaves no id behind when its connection is erased', async () => {
    const connection = await fixture.begun(withRaw(many(2)));
    const { nextCursor } = await fixture.list(connection);
    await connection.send([2, 1, 1], checkpoint(nextCursor), remap);
    expect((await fixture.list(connection)).checkpointEpoch).toBe(2);
    const erased = await known(connection);
    await new EraseConnection(etl.database, etl.files, () => undefined).erase(erased);
    expect(
      await etl.rows('select remap_cursor from run_fence where connection_key = $1', [erased.key]),
    ).toEqual([{ remap_cursor: null }]);
  });
});
