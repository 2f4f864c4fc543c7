import { RunOutcome, RunState } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { SchedulerFixture } from './scheduler-fixture.ts';

describe('connector-scheduler, two replicas', () => {
  let fixture: SchedulerFixture;

  beforeAll(async () => {
    fixture = await SchedulerFixture.start();
  });
  afterAll(() => fixture?.stop());

  it('begins a run when a connection becomes active, and follows it to its end', async () => {
    const { id, first } = await fixture.connected();
    expect(first).toMatchObject({ connectionId: id, slice: 1, trigger: 'start-up' });
    expect(new Date(first.beginBefore).getTime()).toBeGreaterThan(Date.now());
    await fixture.record(first, 'begin');
    await fixture.runIs(first.runId, { state: RunState.RUNNING, attempt: 1, epoch: first.epoch });
    await fixture.record(first, RunOutcome.COMPLETED, { counts: { items: 3, created: 3 } });
    await fixture.runIs(first.runId, { state: RunState.COMPLETED, counts: { created: 3 } });
    await eventually(async () =>
      expect(await fixture.news(id)).toEqual(['SyncStarted', 'SyncCompleted']),
    );
  });

  it('begins one run for each connection that is due, over many rounds, whatever is announced and asked meanwhile', async () => {
    const ids = Array.from({ length: 15 }, () => fixture.newId());
    await Promise.all(ids.map((id) => fixture.announce(id, {}, 3)));
    const rounds = 5;
    for (let round = 1; round <= rounds; round++) {
      const commands = await Promise.all(ids.map((id) => fixture.command(id, round)));
      await Promise.all(
        commands.flatMap((command) => [
          fixture.record(command, 'begin'),
          fixture.record(command, 'begin'),
          fixture.record(command, RunOutcome.COMPLETED),
          fixture.record(command, RunOutcome.COMPLETED),
          fixture.announce(command.connectionId, { generation: 1 }),
        ]),
      );
      await Promise.all(
        commands.map(({ runId }) => fixture.runIs(runId, { state: RunState.COMPLETED })),
      );
      if (round === rounds) break;
      await Promise.all([
        fixture.makeDue('schedule', ids),
        ...ids.map((id) => fixture.request(id)),
        ...ids.map((id) => fixture.request(id)),
      ]);
    }
    // Both a manual run and the due one may have been the next; what counts is that none ran beside another.
    const overlaps = await fixture.query(
      `select a.id from connector_scheduler.run a join connector_scheduler.run b on a.connection_id = b.connection_id and a.id < b.id
       where tstzrange(a.queued_at, a.finished_at) && tstzrange(b.queued_at, b.finished_at)`,
    );
    expect(overlaps).toEqual([]);
    for (const id of ids) {
      const epochs = fixture.commandsOf(id).map(({ epoch }) => epoch);
      expect(new Set(epochs).size).toBe(epochs.length);
      const runs = new Set(fixture.commandsOf(id).map(({ runId }) => runId));
      expect(runs.size).toBe(epochs.length);
    }
    expect(fixture.logs).not.toMatch(/message failed|request failed|could not do its work/u);
  });

  it('sends exactly one command for each time that is due', async () => {
    const connections = await Promise.all(Array.from({ length: 15 }, () => fixture.connected()));
    const ids = connections.map(({ id }) => id);
    for (let round = 1; round <= 4; round++) {
      const commands = await Promise.all(ids.map((id) => fixture.command(id, round)));
      await Promise.all(commands.map((command) => fixture.record(command, RunOutcome.COMPLETED)));
      await Promise.all(
        commands.map(({ runId }) => fixture.runIs(runId, { state: RunState.COMPLETED })),
      );
      if (round < 4) await fixture.makeDue('schedule', ids);
    }
    const last = await fixture.connected();
    await fixture.record(last.first, RunOutcome.COMPLETED);
    await fixture.runIs(last.first.runId, { state: RunState.COMPLETED });
    expect(ids.map((id) => fixture.commandsOf(id).length)).toEqual(ids.map(() => 4));
  });

  it('goes on with the others while one connection is held, and with that one afterwards', async () => {
    const [held, free] = await Promise.all([fixture.connected(), fixture.connected()]);
    for (const { first } of [held, free]) {
      await fixture.record(first, RunOutcome.COMPLETED);
      await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    }
    // As a replica that stands still in the middle of its work.
    const frozen = await fixture.platform.postgres.connect();
    await frozen.query('select pg_advisory_lock(hashtextextended($1, 0))', [
      `connector_scheduler:${held.id}`,
    ]);
    await fixture.makeDue('schedule', [held.id]);
    await fixture.makeDue('schedule', [free.id]);
    await fixture.command(free.id, 2);
    expect(fixture.commandsOf(held.id)).toHaveLength(1);
    await frozen.end();
    await fixture.command(held.id, 2);
  });

  it('loses nothing when all are killed, and makes one run of what was missed', async () => {
    const [ended, ending] = await Promise.all(
      [5, 5].map((length) => Promise.all(Array.from({ length }, () => fixture.connected()))),
    );
    if (ended === undefined || ending === undefined) throw new Error('nothing is connected');
    for (const { first } of ended) {
      await fixture.record(first, RunOutcome.COMPLETED);
      await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    }
    const inHand = ending.map(({ first }) => fixture.record(first, RunOutcome.COMPLETED));
    await fixture.end('kill');
    await Promise.all(inHand);
    // Announced and due, many times over, while nobody was there.
    const late = fixture.newId();
    await fixture.announce(late);
    const ids = ended.map(({ id }) => id);
    await fixture.query(
      `update connector_scheduler.schedule set cron = '*/5 * * * *', next_due_at = now() - interval '1 day' where connection_id = any($1)`,
      [ids],
    );
    await fixture.start(2);
    for (const { id, first } of ended)
      expect((await fixture.command(id, 2)).runId).not.toBe(first.runId);
    for (const { first } of ending) await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    await fixture.command(late, 1);
    // Nobody ends the second runs, so that all that were missed would show as commands.
    expect(ids.map((id) => fixture.commandsOf(id).length)).toEqual(ids.map(() => 2));
    expect(ending.map(({ id }) => fixture.commandsOf(id).length)).toEqual(ending.map(() => 1));
  });

  it('syncs at its start what went well too long ago', async () => {
    const [stale, fresh] = await Promise.all([fixture.connected(), fixture.connected()]);
    for (const { first } of [stale, fresh]) {
      await fixture.record(first, RunOutcome.COMPLETED);
      await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    }
    await fixture.end('stop');
    await fixture.query(
      `update connector_scheduler.schedule set cron = '', next_due_at = now() + interval '1 hour',
         last_success_at = now() - case connection_id when $1 then interval '2 hours' else interval '1 minute' end
       where connection_id in ($1, $2)`,
      [stale.id, fresh.id],
    );
    await fixture.start(2);
    expect(await fixture.command(stale.id, 2)).toMatchObject({ trigger: 'start-up' });
    const { first } = await fixture.connected();
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    expect(fixture.commandsOf(stale.id)).toHaveLength(2);
    expect(fixture.commandsOf(fresh.id)).toHaveLength(1);
  });

  it('warns of a schedule that cannot be read, and syncs when asked', async () => {
    const id = fixture.newId();
    await fixture.announce(id, { schedule: 'now and then' });
    const first = await fixture.command(id, 1);
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    await fixture.request(id);
    await fixture.command(id, 2);
    expect(fixture.logs).toContain('a schedule cannot be read');
  });

  it('shows runs in pages, and refuses what is no cursor', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    const { run, alreadyRunning } = await fixture.request(id);
    expect(alreadyRunning).toBe(false);
    expect(await fixture.request(id)).toMatchObject({
      alreadyRunning: true,
      run: { runId: run?.runId },
    });
    const page = await fixture.list(id, 1);
    expect(page.runs.map(({ runId }) => runId)).toEqual([run?.runId]);
    const rest = await fixture.list(id, 1, page.nextCursor);
    expect(rest).toMatchObject({ runs: [{ runId: first.runId }], nextCursor: '' });
    await expect(fixture.list(id, 1, "' or 1=1")).rejects.toMatchObject({
      code: 'scheduler.invalid_cursor',
      retry: 'never',
    });
    expect(await fixture.run('no run')).toBeUndefined();
    await expect(fixture.request('unknown')).rejects.toMatchObject({
      code: 'scheduler.connection_unknown',
      retry: 'later',
    });
  });
});
