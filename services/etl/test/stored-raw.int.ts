import { create } from '@bufbuild/protobuf';
import { GetCheckpointRequestSchema, RunOutcome } from '@made-open/contracts';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { CheckpointsConsumer } from '../src/runs/checkpoints.consumer.ts';
import { RewindCheckpoint } from '../src/runs/rewind-checkpoint.ts';
import { begin, end, many, persons, type EtlFixture } from './etl-fixture.ts';
import { checkpoint, contextOf, own, remap, RemapFixture, withRaw } from './remap-fixture.ts';

const part = end(false);
const forbidden = { code: 'etl.forbidden' };

describe('what entities were made from', () => {
  let fixture: RemapFixture;
  let etl: EtlFixture;

  beforeAll(async () => {
    fixture = await RemapFixture.start();
    ({ etl } = fixture);
  });
  afterAll(async () => {
    await fixture?.stop();
  });

  it('is given to the byte, in pages', async () => {
    const people = withRaw(many(1200));
    const connection = await etl.connection();
    for (let from = 0; from < people.length; from += 400)
      await connection.run(1 + from / 400, [persons(people.slice(from, from + 400))], part);
    await connection.send([9, 1, 0], begin, { ...remap, runId: 'run-2' });
    const pages = await fixture.pages(connection, { epoch: 9 });
    const found = pages.flatMap(({ items = [] }) =>
      items.map(({ type, externalId, rawJson }) => `${type} ${externalId} ${rawJson}`),
    );
    expect(found.toSorted()).toEqual(people.map(({ id, raw }) => `person ${id} ${raw}`).toSorted());
    expect(pages.length).toBeGreaterThan(2);
  });

  it('fits into answers, also when it doubles in them', async () => {
    const raw = JSON.stringify({ text: '"'.repeat(60_000) });
    const people = many(12).map((person) => ({ ...person, raw }));
    const connection = await fixture.begun(people);
    const pages = await fixture.pages(connection);
    for (const page of pages)
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(1024 * 1024);
    expect(pages.flatMap(({ items = [] }) => items)).toHaveLength(12);
  });

  it('is given from the start again when another version of the plugin maps it', async () => {
    const raw = JSON.stringify({ text: 'x'.repeat(1500) });
    const connection = await fixture.begun(many(400).map((person) => ({ ...person, raw })));
    const old = { pluginVersion: '1.0.0' };
    const first = await fixture.list(connection, old);
    await connection.send([2, 1, 1], checkpoint(first.nextCursor), remap);
    const rest = await fixture.list(connection, old);
    expect(rest.items).not.toEqual(first.items);
    expect(rest.checkpointEpoch).toBe(2);
    const anew = await fixture.list(connection, { pluginVersion: '1.1.0' });
    expect(anew.items).toEqual(first.items);
    expect(anew.checkpointEpoch).toBe(0);
  });

  it('is left out where nothing came, and of types that the plugin may not write', async () => {
    const connection = await fixture.begun([
      { id: 'none', raw: 'null' },
      { id: 'some', raw: '{}' },
    ]);
    const ids = async () =>
      (await fixture.pages(connection)).flatMap(({ items = [] }) =>
        items.map(({ externalId }) => externalId),
      );
    expect(await ids()).toEqual(['some']);
    await connection.change({ generation: 2, grants: [] });
    expect(await ids()).toEqual([]);
  });

  it.each([
    ['another plugin', {}, contextOf('com_example_b')],
    ['an older attempt', { attempt: 0 }, own],
    ['another epoch', { epoch: 1 }, own],
    ['another run', { runId: 'run-1' }, own],
  ])('is for the remap under way and not for %s', async (_, request, context) => {
    const connection = await fixture.begun(withRaw(many(1)));
    await expect(fixture.list(connection, request, context)).rejects.toMatchObject(forbidden);
    expect((await fixture.list(connection)).items).toHaveLength(1);
    await connection.send([2, 1, 1], part, remap);
    await expect(fixture.list(connection)).rejects.toMatchObject(forbidden);
  });

  it('is not for a sync, which cannot become a remap on its way', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(withRaw(many(1)))]);
    await connection.send([2, 1, 0], begin);
    await expect(fixture.list(connection)).rejects.toMatchObject(forbidden);
    const answer = await connection.send([2, 1, 1], persons(many(1)), remap);
    expect(answer.settlement).toMatchObject({ deadLetter: { code: 'etl.invalid_frame' } });
  });

  it('is not given behind a cursor that no page gave', async () => {
    const connection = await fixture.begun([]);
    const forged = Buffer.from('["person","\\u0000"]').toString('base64url');
    for (const cursor of ['x', forged])
      await expect(fixture.list(connection, { cursor })).rejects.toMatchObject({
        code: 'etl.invalid_request',
      });
  });

  it('goes on behind the checkpoint of the run, over attempts and slices; syncs keep theirs', async () => {
    const people = withRaw(many(900));
    const connection = await etl.connection();
    await connection.run(1, [persons(people.slice(0, 450)), checkpoint('of the source')], part);
    await connection.run(2, [persons(people.slice(450))], part);
    const options = { ...remap, runId: 'remap' };
    await connection.send([3, 1, 0], begin, options);
    const first = await fixture.list(connection, { runId: 'remap', epoch: 3 });
    expect(first.checkpointEpoch).toBe(0);
    await connection.send([3, 1, 1], checkpoint(first.nextCursor), options);
    await connection.send([3, 2, 0], begin, options);
    const again = await fixture.list(connection, { runId: 'remap', epoch: 3, attempt: 2 });
    expect(again.checkpointEpoch).toBe(3);
    await connection.send([3, 2, 1], end(false, RunOutcome.SLICED), options);
    await connection.send([4, 1, 0], begin, options);
    const next = await fixture.list(connection, { runId: 'remap', epoch: 4 });
    expect(next.items).toEqual(again.items);
    const ids = [first, next].flatMap(({ items = [] }) => items.map((item) => item.externalId));
    expect(new Set(ids).size).toBe(ids.length);

    const checkpoints = new CheckpointsConsumer(
      new ConnectionStore(etl.pool),
      new RewindCheckpoint(etl.database),
      etl.pool,
    );
    const request = create(GetCheckpointRequestSchema, { connectionId: connection.id });
    const stateJson = '{"state":"of the source","partial":false}';
    expect(await checkpoints.get(request, own)).toMatchObject({ runId: 'run-1', stateJson });

    await connection.send([4, 1, 1], part, options);
    await connection.send([5, 1, 0], begin, { ...remap, runId: 'another' });
    const anew = await fixture.list(connection, { runId: 'another', epoch: 5 });
    expect(anew).toEqual({ ...first, checkpointEpoch: 0 });
  });
});
