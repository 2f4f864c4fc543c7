import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FrameReplySchema, ItemFrameSchema, RunKind } from '@made-open/contracts';
import { FramePublisher } from './frame-publisher.ts';

interface Stored {
  subject: string;
  frame: number;
  messageId: string | undefined;
  replyTo: string | undefined;
}
type Bus = ConstructorParameters<typeof FramePublisher>[0];

const full = Object.assign(new Error('full'), { code: 'bus.full', retry: 'later' });
const origin = {
  token: 'com_a',
  connectionId: 'c1',
  runId: 'r1',
  epoch: 3,
  attempt: 2,
  kind: RunKind.SYNC,
};
const records = { case: 'records', value: new Uint8Array() } as const;

class FakeBus {
  readonly stored: Stored[] = [];
  /** Answers of the next attempts to store; then all are stored. */
  outcomes: (Error | Promise<void>)[] = [];
  replies: (Uint8Array | undefined)[] = [];

  readonly publishRaw: Bus['publishRaw'] = async (subject, payload, options) => {
    const outcome = this.outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    await outcome;
    const { frame } = fromBinary(ItemFrameSchema, Buffer.from(payload));
    const { messageId, replyTo } = { messageId: undefined, replyTo: undefined, ...options };
    this.stored.push({ subject, frame, messageId, replyTo });
  };

  readonly newInbox: Bus['newInbox'] = () => ({
    subject: '_INBOX.x',
    next: () => Promise.resolve(this.replies.shift()),
    close: () => undefined,
  });
}

describe('FramePublisher', () => {
  let bus: FakeBus;
  let stopping: AbortController;
  let frames: FramePublisher;

  beforeEach(() => {
    bus = new FakeBus();
    stopping = new AbortController();
    frames = new FramePublisher(bus, origin, stopping.signal);
    bus.replies = [toBinary(FrameReplySchema, create(FrameReplySchema, { accepted: true }))];
  });

  const end = (): Promise<unknown> => frames.commit({ case: 'end', value: {} });
  const numbers = (): number[] => bus.stored.map(({ frame }) => frame);

  it('numbers frames, and names each by connection, epoch, attempt and number', async () => {
    await frames.publish(records);
    expect(await end()).toMatchObject({ accepted: true });
    expect(bus.stored).toEqual([
      { subject: 'items.com_a.c1', frame: 0, messageId: 'c1/3/2/0', replyTo: undefined },
      { subject: 'items.com_a.c1', frame: 1, messageId: 'c1/3/2/1', replyTo: '_INBOX.x' },
    ]);
  });

  it('leaves the command alone when etl knows a later attempt', async () => {
    const reply = create(FrameReplySchema, { accepted: false, superseded: true });
    bus.replies = [toBinary(FrameReplySchema, reply)];
    await expect(end()).rejects.toMatchObject({
      code: 'runner.attempt_superseded',
      retry: 'elsewhere',
    });
  });

  it('has three frames on their way, and holds the fourth back until one is stored', async () => {
    const slow = Promise.withResolvers<void>();
    bus.outcomes = [slow.promise, slow.promise, slow.promise, slow.promise];
    for (let frame = 0; frame < 3; frame++) await frames.publish(records);
    let resumed = false;
    const fourth = frames.publish(records).then(() => (resumed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(resumed).toBe(false);
    slow.resolve();
    await fourth;
    expect(numbers()).toEqual([0, 1, 2, 3]);
  });

  it('repeats what a full stream refused, in order', async () => {
    bus.outcomes = [full, full, Promise.resolve(), full];
    for (let frame = 0; frame < 3; frame++) await frames.publish(records);
    await end();
    expect(numbers()).toEqual([2, 0, 1, 3]);
  });

  it('has one frame on its way after a refusal, so that no gap arises, until etl keeps up again', async () => {
    bus.outcomes = [full];
    for (let frame = 0; frame < 4; frame++) await frames.publish(records);
    const slow = Promise.withResolvers<void>();
    bus.outcomes = [slow.promise];
    let resumed = false;
    const held = frames.publish(records).then(() => (resumed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(resumed).toBe(false);
    slow.resolve();
    await held;
    for (let frame = 5; frame < 40; frame++) await frames.publish(records);
    const late = Promise.withResolvers<void>();
    bus.outcomes = [late.promise];
    await frames.publish(records);
    late.resolve();
    await end();
    expect(numbers().slice(-4)).toEqual([38, 39, 40, 41]);
  });

  it('asks etl again, under another id, when no answer comes', async () => {
    bus.replies.unshift(undefined);
    await end();
    expect(bus.stored.map(({ messageId }) => messageId)).toEqual(['c1/3/2/0', 'c1/3/2/0.1']);
  });

  it('gives up what can never be stored', async () => {
    bus.outcomes = [
      Object.assign(new Error('too large'), { code: 'bus.too_large', retry: 'never' }),
    ];
    await frames.publish(records);
    await expect(end()).rejects.toThrow('too large');
  });

  it('waits for a full stream no longer than the runner lives', async () => {
    bus.outcomes = Array.from({ length: 1000 }, () => full);
    const waiting = end();
    stopping.abort(new Error('the runner stops'));
    await expect(waiting).rejects.toThrow();
    expect(numbers()).toEqual([]);
  });
});
