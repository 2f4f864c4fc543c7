import { RunOutcome } from '@made-open/contracts';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { ResolveSweep } from '../src/runs/resolve-sweep.ts';
import {
  begin,
  countsOf,
  end,
  EtlFixture,
  many,
  persons,
  type TestConnection,
} from './etl-fixture.ts';

describe('sweeps', () => {
  let etl: EtlFixture;

  beforeAll(async () => {
    etl = await EtlFixture.start();
  });
  afterAll(async () => {
    await etl?.stop();
  });

  const resolve = async (
    connection: TestConnection,
    runId: string,
    carryOut: boolean,
  ): Promise<number> =>
    new ResolveSweep(etl.database, () => undefined).resolve(
      await new ConnectionStore(etl.pool).find(connection.id),
      { runId, carryOut },
    );

  /** Runs of which is told that their sweep waits. */
  async function heldRuns({ id }: TestConnection): Promise<string[]> {
    const rows = await etl.rows<{ run: string }>(
      `select e.event #>> '{data,run_id}' as run from outbox o cross join lateral json_array_elements(o.payload::json) e (event)
       where o.subject = 'connector.RunRecorded' and e.event #>> '{data,connection_id}' = $1
         and e.event #>> '{data,sweep_held}' = 'true' order by o.id`,
      [id],
    );
    return rows.map(({ run }) => run);
  }

  it('deletes what a full pass did not see, with events', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(100))]);
    const outcome = await connection.run(2, [persons(many(50)), persons(many(40, 'Person', 50))]);
    expect(countsOf(outcome)).toMatchObject({ deleted: 10 });
    expect(await connection.count('person')).toBe(90);
    const deleted = await connection.events('data.PersonDeleted');
    expect(new Set(deleted.map((event) => event.data.entity?.external_id))).toEqual(
      new Set(many(10, '', 90).map(({ id }) => id)),
    );
    expect([await connection.count('seen'), await connection.count('sweep')]).toEqual([0, 0]);
  });

  it.each([
    ['loaded an earlier checkpoint', end(false)],
    ['failed', end(true, RunOutcome.FAILED)],
    ['goes on in another slice', end(true, RunOutcome.SLICED)],
    ['is parked', end(true, RunOutcome.PARKED)],
  ])('does not sweep when the run %s', async (_, last) => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(10))]);
    await connection.run(2, [persons(many(1))], last);
    expect(await connection.count('person')).toBe(10);
  });

  it('counts as seen what all slices and attempts of a run brought', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(30))]);
    const run = { runId: 'long' };
    await connection.send([2, 1, 0], begin, run);
    await connection.send([2, 1, 1], persons(many(10)), run);
    await connection.send([2, 2, 0], begin, run); // the runner was lost
    await connection.send([2, 2, 1], persons(many(10, 'Person', 10)), run);
    await connection.send([2, 2, 2], end(true, RunOutcome.SLICED), run);
    await connection.send([3, 1, 0], begin, run);
    await connection.send([3, 1, 1], persons(many(8, 'Person', 20)), run);
    const outcome = await connection.send([3, 1, 2], end(), run);
    expect(countsOf(outcome)).toMatchObject({ items: 28, unchanged: 28, deleted: 2 });
  });

  it('forgets what an earlier run saw', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(30))], end(true, RunOutcome.FAILED));
    expect(countsOf(await connection.run(2, [persons(many(20))]))).toMatchObject({
      deleted: 10,
      items: 20,
    });
  });

  it('holds a sweep that would delete too much until a person decides, over the runs between', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(100))]);
    const held = await connection.run(2, [persons(many(10))]);
    expect(held.answer).toMatchObject({ sweepHeld: true, counts: { deleted: 0 } });
    expect(await connection.count('person')).toBe(100);
    // An incremental run brings one of them again, and a new one.
    const between = await connection.run(
      3,
      [persons([...many(1, 'Person', 50), ...many(1, 'New', 500)])],
      end(false),
    );
    expect(between.answer).toMatchObject({ sweepHeld: true });
    expect(await heldRuns(connection)).toEqual(['run-2']);
    expect(await resolve(connection, 'run-2', true)).toBe(89);
    expect(await connection.count('person')).toBe(12);
    expect(await connection.events('data.PersonDeleted')).toHaveLength(89);
    const next = await connection.run(4, [
      persons([...many(10), ...many(1, 'Person', 50), ...many(1, 'New', 500)]),
    ]);
    expect(next.answer).toMatchObject({ sweepHeld: false, counts: { deleted: 0, unchanged: 12 } });
  });

  it('drops a held sweep', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(30))]);
    await connection.run(2, []);
    expect(await resolve(connection, 'run-2', false)).toBe(0);
    expect(await connection.count('person')).toBe(30);
    expect(await connection.count('sweep')).toBe(0);
  });

  it('replaces a held sweep by that of a later full pass', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(100))]);
    await connection.run(2, [persons(many(10))]);
    const outcome = await connection.run(3, [persons(many(95))]);
    expect(outcome.answer).toMatchObject({ sweepHeld: false, counts: { deleted: 5 } });
    expect(await connection.count('person')).toBe(95);
  });

  it('decides about no other sweep than that of the run that was looked at', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(100))]);
    const notHeld = { code: 'etl.sweep_not_held', retry: 'never' };
    await expect(resolve(connection, 'run-1', true)).rejects.toMatchObject(notHeld);
    await connection.run(2, [persons(many(40))]);
    await connection.run(3, [persons(many(10))]);
    expect(await heldRuns(connection)).toEqual(['run-2', 'run-3']);
    await expect(resolve(connection, 'run-2', true)).rejects.toMatchObject(notHeld);
    await expect(resolve(connection, '', true)).rejects.toMatchObject({
      code: 'etl.invalid_request',
    });
    expect(await connection.count('person')).toBe(100);
    expect(await resolve(connection, 'run-3', true)).toBe(90);
  });

  it('has the same answer for a decision whose first answer was lost, whatever came between', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(100))]);
    await connection.run(2, [persons(many(10))]);
    expect(await resolve(connection, 'run-2', true)).toBe(90);
    await connection.run(3, [persons(many(100))]);
    await connection.run(4, [persons(many(10))]);
    expect(await resolve(connection, 'run-2', true)).toBe(90);
    await expect(resolve(connection, 'run-2', false)).rejects.toMatchObject({
      code: 'etl.sweep_not_held',
    });
    expect(await connection.count('person')).toBe(100);
    expect(await resolve(connection, 'run-4', false)).toBe(0);
    expect(await connection.count('person')).toBe(100);
  });

  it('sweeps many rows in bounded steps', async () => {
    const connection = await etl.connection();
    const frames = Array.from({ length: 20 }, (_, index) =>
      persons(many(500, 'Person', index * 500)),
    );
    await connection.run(1, frames);
    const outcome = await connection.run(2, frames.slice(0, 11));
    expect(countsOf(outcome)).toMatchObject({ deleted: 4500 });
    expect(await connection.count('person')).toBe(5500);
    expect(await connection.events('data.PersonDeleted')).toHaveLength(4500);
  });
});
