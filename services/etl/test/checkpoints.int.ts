import { create } from '@bufbuild/protobuf';
import {
  FindUnreadableCheckpointsRequestSchema,
  GetCheckpointRequestSchema,
  GetRunProgressRequestSchema,
  ListCheckpointsRequestSchema,
  RewindCheckpointRequestSchema,
  RunOutcome,
} from '@made-open/contracts';
import type { MessageContext } from '@made-open/nest';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { CheckpointsConsumer } from '../src/runs/checkpoints.consumer.ts';
import { RewindCheckpoint } from '../src/runs/rewind-checkpoint.ts';
import {
  begin,
  beginOf,
  end,
  EtlFixture,
  records,
  type Content,
  type TestConnection,
} from './etl-fixture.ts';

const saves = (state: unknown): Content =>
  records([{ kind: 'checkpoint' }], [JSON.stringify({ state, partial: false })]);
const own: MessageContext = {
  subject: '',
  parameters: ['com_example_a'] as unknown as MessageContext['parameters'],
  headers: new Map(),
  deliveryCount: 1,
  ageMs: 0,
  working: () => undefined,
};

describe('checkpoints', () => {
  let etl: EtlFixture;
  let consumer: CheckpointsConsumer;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    consumer = new CheckpointsConsumer(
      new ConnectionStore(etl.pool),
      new RewindCheckpoint(etl.database),
      etl.pool,
    );
  });
  afterAll(async () => {
    await etl?.stop();
  });

  const list = async ({ id }: TestConnection) =>
    (await consumer.list(create(ListCheckpointsRequestSchema, { connectionId: id }))).checkpoints ??
    [];
  const rewind = ({ id }: TestConnection, epoch: number) =>
    consumer.rewind(create(RewindCheckpointRequestSchema, { connectionId: id, epoch }));
  const current = ({ id }: TestConnection) =>
    consumer.get(create(GetCheckpointRequestSchema, { connectionId: id }), own);
  const readable = ({ id }: TestConnection, oldestVersion: number, newestVersion: number) =>
    consumer.get(
      create(GetCheckpointRequestSchema, { connectionId: id, oldestVersion, newestVersion }),
      own,
    );
  const part = end(false, RunOutcome.COMPLETED);
  const runOf = async (
    connection: TestConnection,
    epoch: number,
    { version, plugin }: { version: number; plugin?: string },
  ) => {
    const sent = plugin === undefined ? {} : { plugin };
    await connection.send([epoch, 1, 0], beginOf(version), sent);
    await connection.send([epoch, 1, 1], saves(epoch), sent);
    await connection.send([epoch, 1, 2], part, sent);
  };

  it('are no measure of how far the newest attempt has come: its frames are', async () => {
    const connection = await etl.connection();
    const { id: connectionId } = connection;
    const progress = () => consumer.progress(create(GetRunProgressRequestSchema, { connectionId }));
    expect(await progress()).toMatchObject({ epoch: 0, attempt: 0, frame: 0 });
    await connection.run(4, [saves(1), saves(2)], part);
    expect(await progress()).toEqual({ runId: 'run-4', epoch: 4, attempt: 1, frame: 3 });
  });

  it('are remembered, the last of each run, twenty at most', async () => {
    const connection = await etl.connection();
    for (let epoch = 1; epoch <= 23; epoch++)
      await connection.run(epoch, [saves(`early ${epoch}`), saves(epoch)], part);
    await connection.send([24, 1, 0], begin);
    const checkpoints = await list(connection);
    expect(checkpoints.map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: 20 }, (_, index) => 23 - index),
    );
    expect(checkpoints[0]).toMatchObject({
      runId: 'run-23',
      stateJson: '{"state":23,"partial":false}',
      isCurrent: true,
    });
    expect(checkpoints.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
  });

  it('can be gone back to, and what came later is forgotten', async () => {
    const connection = await etl.connection();
    for (const epoch of [1, 2, 3]) await connection.run(epoch, [saves(epoch)], part);
    await rewind(connection, 2);
    expect(await current(connection)).toMatchObject({ runId: 'run-2', epoch: 2 });
    expect((await list(connection)).map(({ epoch, isCurrent }) => [epoch, isCurrent])).toEqual([
      [2, true],
      [1, false],
    ]);
    await expect(rewind(connection, 3)).rejects.toMatchObject({ code: 'etl.invalid_request' });
    expect(await current(connection)).toMatchObject({ epoch: 2 });
    await rewind(connection, 0);
    expect(await current(connection)).toEqual({});
    expect(await list(connection)).toEqual([]);
  });

  it('of a later version are left to it: an earlier one goes on from its own', async () => {
    const connection = await etl.connection();
    await runOf(connection, 1, { version: 1 });
    await runOf(connection, 2, { version: 2 });
    expect(await readable(connection, 1, 2)).toMatchObject({ epoch: 2, version: 2 });
    expect(await readable(connection, 1, 1)).toMatchObject({ epoch: 1, version: 1 });
    expect(await readable(connection, 3, 3)).toEqual({});
    await runOf(connection, 3, { version: 1 });
    expect(await readable(connection, 1, 2)).toMatchObject({ epoch: 3, version: 1 });
    expect((await list(connection)).map(({ epoch, version }) => [epoch, version])).toEqual([
      [3, 1],
      [2, 2],
      [1, 1],
    ]);
  });

  it('are kept for a way back, however many a later version has saved', async () => {
    const connection = await etl.connection();
    for (const epoch of [1, 2]) await runOf(connection, epoch, { version: 1 });
    for (let epoch = 3; epoch <= 24; epoch++) await runOf(connection, epoch, { version: 2 });
    await connection.send([25, 1, 0], begin);
    expect(await readable(connection, 1, 1)).toMatchObject({ epoch: 2, version: 1 });
    expect(await list(connection)).toHaveLength(21);
  });

  it('that a version could not go on from are named', async () => {
    const [one, both, none] = [
      await etl.connection({ pluginId: 'com.example.named' }),
      await etl.connection({ pluginId: 'com.example.named' }),
      await etl.connection({ pluginId: 'com.example.named' }),
    ] as const;
    await runOf(one, 1, { version: 2, plugin: 'com_example_named' });
    await runOf(both, 1, { version: 1, plugin: 'com_example_named' });
    await runOf(both, 2, { version: 2, plugin: 'com_example_named' });
    await none.send([1, 1, 0], beginOf(3), { plugin: 'com_example_named' });
    const unreadable = (oldestVersion: number, newestVersion: number) =>
      consumer.unreadable(
        create(FindUnreadableCheckpointsRequestSchema, {
          pluginId: 'com.example.named',
          oldestVersion,
          newestVersion,
        }),
      );
    expect(await unreadable(1, 1)).toEqual({ connectionIds: [one.id], total: 1 });
    expect(await unreadable(1, 2)).toEqual({ connectionIds: [], total: 0 });
    expect(await unreadable(3, 3)).toMatchObject({ total: 2 });
  });

  it('of a run that is under way do not undo that somebody went back', async () => {
    const connection = await etl.connection();
    await connection.run(1, [saves('old')], part);
    await connection.send([2, 1, 0], begin);
    await connection.send([2, 1, 1], saves('new'));
    await rewind(connection, 1);
    await connection.send([2, 1, 2], saves('newer'));
    await connection.send([2, 1, 3], part);
    expect(await current(connection)).toMatchObject({ epoch: 1 });
    await connection.run(3, [saves('next')], part);
    expect(await current(connection)).toMatchObject({ epoch: 3 });
  });
});
