import { uuidv7 } from 'uuidv7';
import { advanceOutbound } from '../../src/outbound/sending/advance-outbound.ts';
import { beginAttempt } from '../../src/outbound/sending/advance.ts';
import type { Outbound } from '../../src/outbound/outbound.ts';
import type { StatusReport } from '../../src/outbound/sending/apply-report.ts';
import {
  sendingPerConnection,
  type OutboundStore,
} from '../../src/outbound/storage/outbound-store.ts';
import { aFax } from './a-fax.ts';
import { anOutbound, aSubmission } from './an-outbound.ts';

let connections = 0;

function aReport(of: Partial<StatusReport>): StatusReport {
  return {
    eventId: crypto.randomUUID(),
    connectionId: 'connection-1',
    externalId: 'SM1',
    status: 'delivered',
    error: undefined,
    occurredAt: new Date('2026-01-01T00:00:01.000Z'),
    ...of,
  };
}

/** What every store of messages does; run on each adapter, whose tests share what is stored. */
export function outboundStoreContract(open: () => OutboundStore): void {
  let store: OutboundStore;
  let connectionId: string;

  beforeEach(() => {
    store = open();
    connections++;
    connectionId = `contract-${String(connections)}`;
  });

  const submit = async (of: Parameters<typeof aSubmission>[0] = {}, key?: string) =>
    (await store.submit(aSubmission({ connectionId, ...of }, key))).outbound;
  const to = (receiver: string) => ({ content: { ...anOutbound().content, to: receiver } });
  const dueHere = async (): Promise<string[]> => {
    const all = await store.due(10_000);
    const found = await Promise.all(all.map((id) => store.find(id)));
    return found
      .filter((each) => each?.connectionId === connectionId)
      .map((each) => each?.id ?? '');
  };

  it('gives back what was submitted', async () => {
    const outbound = anOutbound({
      connectionId,
      kind: 'call',
      causedBy: ['rule-1'],
      mayHaveGone: true,
      content: {
        to: '+1',
        from: '',
        body: 'a\nb',
        threadId: 't',
        attachments: [{ fileId: 'f', name: 'n', mimeType: 'm', sizeBytes: 7 }],
        attributes: { z: 1, a: ['x'] },
      },
    });
    expect(await store.find(outbound.id)).toBeUndefined();
    await store.submit({ ...aSubmission(), outbound });
    expect(await store.find(outbound.id)).toEqual(outbound);
  });

  it('takes one submission of a key, however many come at a time', async () => {
    const key = crypto.randomUUID();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => store.submit(aSubmission({ connectionId }, key))),
    );
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(all.map(({ outbound }) => outbound.id)).size).toBe(1);
    const filter = { spaceId: 'default', connectionId, kind: 'message' as const, before: '' };
    expect(await store.list({ ...filter, state: undefined, limit: 10 })).toHaveLength(1);
    const { key: asked } = aSubmission({}, key);
    expect((await store.known(asked))?.outbound.id).toBe(all[0]?.outbound.id);
    expect(await store.known({ ...asked, client: 'other0000001' })).toBeUndefined();
    expect(await store.known({ ...asked, spaceId: 'other' })).toBeUndefined();
  });

  it('lists the newest first, by state, kind and space, a page at a time', async () => {
    const ids: string[] = [];
    for (const state of ['queued', 'failed', 'queued'] as const)
      ids.push((await submit({ state, id: uuidv7() })).id);
    await submit({ kind: 'call' });
    await submit({ spaceId: 'other' });
    const filter = { spaceId: 'default', connectionId, kind: 'message' as const, before: '' };
    const listed = async (of: object): Promise<string[]> =>
      (await store.list({ ...filter, state: undefined, limit: 10, ...of })).map(({ id }) => id);
    expect(await listed({})).toEqual(ids.toReversed());
    expect(await listed({ state: 'queued' })).toEqual([ids[2], ids[0]]);
    expect(await listed({ limit: 2 })).toEqual([ids[2], ids[1]]);
    expect(await listed({ before: ids[1] })).toEqual([ids[0]]);
  });

  it('lists faxes of a space by connection and state, and looks at those again that were sent', async () => {
    const spaceId = `faxes-${connectionId}`;
    const at = { connectionId, spaceId, externalId: 'j1' };
    const sent = aFax({ ...at, id: uuidv7(), state: 'sent' }, { status: 'in_progress' });
    const queued = aFax({ ...at, id: uuidv7(), wakeAt: new Date('2100-01-01') });
    for (const outbound of [sent, queued]) await store.submit({ ...aSubmission(), outbound });
    await store.submit(aSubmission({ connectionId, spaceId }));
    expect(await store.find(sent.id)).toEqual(sent);
    const filter = { spaceId, connectionId: '', state: undefined, before: '', limit: 10 };
    const listed = async (of: object): Promise<string[]> =>
      (await store.listFaxes({ ...filter, ...of })).map(({ id }) => id);
    expect(await listed({})).toEqual([queued.id, sent.id]);
    expect(await listed({ limit: 1 })).toEqual([queued.id]);
    expect(await listed({ before: queued.id })).toEqual([sent.id]);
    expect(await listed({ state: 'in_progress', connectionId })).toEqual([sent.id]);
    expect(await listed({ connectionId: 'another' })).toEqual([]);
    expect(await dueHere()).toContain(sent.id);
    expect(await dueHere()).not.toContain(queued.id);
  });

  it('tells what is due, of one connection no more than may be on its way', async () => {
    const later = await submit({ wakeAt: new Date('2100-01-01') });
    const overdue = await submit({ state: 'sending' });
    for (let n = 0; n < sendingPerConnection + 2; n++) await submit(to(`+${String(n)}`));
    const due = await dueHere();
    expect(due).not.toContain(later.id);
    expect(due).toContain(overdue.id);
    // One of them is on its way already.
    expect(due).toHaveLength(sendingPerConnection);
  });

  it('keeps the order of what goes to the same receiver, and holds up nothing else', async () => {
    const [first, second] = [await submit(to('+1')), await submit(to('+1'))];
    const [other, call] = [await submit(to('+2')), await submit({ ...to('+1'), kind: 'call' })];
    const beside = [other.id, call.id];
    expect(new Set(await dueHere())).toEqual(new Set([first.id, ...beside]));
    const change = (of: Partial<Outbound>) =>
      store.withOutbound(first.id, (locked) => locked.save({ ...locked.outbound, ...of }));
    const later = new Date('2100-01-01');
    for (const state of ['sending', 'queued'] as const) {
      await change({ state, wakeAt: later });
      expect(new Set(await dueHere())).toEqual(new Set(beside));
    }
    await change({ state: 'failed', wakeAt: undefined });
    expect(new Set(await dueHere())).toEqual(new Set([second.id, ...beside]));
  });

  it('keeps an attempt with its message, and finds both by either', async () => {
    const { id } = await submit();
    const attemptId = uuidv7();
    await store.withOutbound(id, async (locked) => {
      expect(locked.attempt).toBeUndefined();
      const { outbound, attempt } = beginAttempt(locked.outbound, attemptId, locked.now);
      await locked.save(outbound);
      await locked.saveAttempt(attempt);
    });
    for (const found of [
      await store.withAttempt(attemptId, (locked) => Promise.resolve(locked)),
      await store.withOutbound(id, (locked) => Promise.resolve(locked)),
    ])
      expect(found).toMatchObject({
        outbound: { id, state: 'sending' },
        attempt: { id: attemptId },
      });
    expect(await store.withAttempt(uuidv7(), () => Promise.resolve(1))).toBeUndefined();
    expect(await store.withOutbound(uuidv7(), () => Promise.resolve(1))).toBeUndefined();
  });

  it('lets one of many at a time begin an attempt', async () => {
    const { id } = await submit();
    const connection = { state: 'active', hasRequestBudget: false } as never;
    const parts = {
      store,
      connections: { find: () => Promise.resolve(connection) } as never,
      linkTo: () => Promise.resolve(undefined),
      webhookUrlOf: () => undefined,
    };
    await Promise.all(Array.from({ length: 8 }, () => advanceOutbound(parts, id)));
    const found = await store.withOutbound(id, (locked) => Promise.resolve(locked));
    expect(found?.outbound.state).toBe('sending');
    expect(found?.attempt?.outcome).toBe('open');
  });

  it('keeps a report for the message that is not known yet, and gives it once', async () => {
    const report = aReport({ connectionId, externalId: 'SM-early' });
    expect(await store.findReported(report)).toBeUndefined();
    expect(await store.findReported(report)).toBeUndefined();
    const { id } = await submit();
    const take = () => store.withOutbound(id, (locked) => locked.takeReports('SM-early'));
    expect(await take()).toEqual([report]);
    expect(await take()).toEqual([]);
    await store.withOutbound(id, (locked) =>
      locked.save({ ...locked.outbound, externalId: 'SM-early' }),
    );
    expect(await store.findReported(report)).toBe(id);
    expect(await store.findReported(aReport({ connectionId: 'x' }))).toBeUndefined();
  });

  it('erases all of a connection, some at a time, and nothing of another', async () => {
    const attemptId = uuidv7();
    const key = crypto.randomUUID();
    const { id } = await submit({}, key);
    await store.withOutbound(id, async (locked) => {
      const { outbound, attempt } = beginAttempt(locked.outbound, attemptId, locked.now);
      await locked.save(outbound);
      await locked.saveAttempt(attempt);
    });
    await submit();
    const report = aReport({ connectionId, externalId: 'SM-erased' });
    await store.findReported(report);
    const other = await submit({ connectionId: `${connectionId}-other` });
    let erased = 0;
    for (let some = 1; some > 0; erased += some) some = await store.erase(connectionId, 1);
    expect(erased).toBe(3);
    expect(await store.find(id)).toBeUndefined();
    expect(await store.withAttempt(attemptId, () => Promise.resolve(1))).toBeUndefined();
    expect(await store.known(aSubmission({}, key).key)).toBeUndefined();
    const { id: next } = await submit();
    const reports = await store.withOutbound(next, (locked) => locked.takeReports('SM-erased'));
    expect(reports).toEqual([]);
    expect(await store.find(other.id)).toBeDefined();
  });

  it('counts what waits, and forgets what ended long ago', async () => {
    const { queued, oldestDueSeconds } = await store.backlog();
    await submit();
    const ended = await submit({ state: 'sent', wakeAt: undefined });
    const after = await store.backlog();
    expect(after.queued).toBe(queued + 1);
    expect(after.oldestDueSeconds).toBeGreaterThanOrEqual(oldestDueSeconds);
    await store.forget(1);
    expect(await store.find(ended.id)).toBeUndefined();
    expect((await store.backlog()).queued).toBe(queued + 1);
  });
}
