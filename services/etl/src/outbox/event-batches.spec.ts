import { EventBatches, type EventMessage } from './event-batches.ts';

interface Event {
  id: string;
  type: string;
  data: unknown;
}

const time = new Date('2026-01-01T00:00:00Z');
const eventsOf = ({ payload }: EventMessage): Event[] =>
  JSON.parse(Buffer.from(payload).toString('utf8')) as Event[];
const batchesOf = (events: readonly { subject: string; data: unknown }[]) => {
  const batches = new EventBatches(time);
  for (const { subject, data } of events)
    batches.add(subject, { about: '"e"', data: JSON.stringify(data) });
  return batches.messages();
};

describe('EventBatches', () => {
  it('makes one CloudEvents batch for each subject', () => {
    const messages = batchesOf([
      { subject: 'data.A', data: 1 },
      { subject: 'data.B', data: 'ä😀' },
      { subject: 'data.A', data: { three: 3 } },
    ]);
    expect(messages.map(({ subject }) => subject)).toEqual(['data.A', 'data.B']);
    expect(messages.flatMap(eventsOf).map(({ type, data }) => [type, data])).toEqual([
      ['data.A', 1],
      ['data.A', { three: 3 }],
      ['data.B', 'ä😀'],
    ]);
    expect(messages.flatMap(eventsOf)[0]).toMatchObject({
      specversion: '1.0',
      source: '/etl',
      subject: 'e',
      time: time.toISOString(),
      datacontenttype: 'application/json',
    });
  });

  it('splits by bytes, not by characters, and keeps the order', () => {
    const texts = Array.from(
      { length: 40 },
      (_, index) => `${String(index)} ${'ä'.repeat(10_000)}`,
    );
    const messages = batchesOf(texts.map((data) => ({ subject: 'data.A', data })));
    expect(messages.length).toBe(4);
    for (const { payload } of messages) expect(payload.byteLength).toBeLessThanOrEqual(256 * 1024);
    expect(messages.flatMap(eventsOf).map(({ data }) => data)).toEqual(texts);
  });

  it('sends an event alone that is larger than a batch', () => {
    const large = 'x'.repeat(400 * 1024);
    const messages = batchesOf(['a', large, 'b'].map((data) => ({ subject: 'data.A', data })));
    expect(messages.map((message) => eventsOf(message).map(({ data }) => data))).toEqual([
      ['a'],
      [large],
      ['b'],
    ]);
  });

  it('gives every event an id of its own', () => {
    const [message] = batchesOf([1, 2, 3].map((data) => ({ subject: 'data.A', data })));
    expect(new Set(message && eventsOf(message).map(({ id }) => id)).size).toBe(3);
  });

  it('has no messages without events', () => {
    expect(new EventBatches(time).messages()).toEqual([]);
  });
});
