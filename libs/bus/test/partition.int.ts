import { eventually } from '@made-open/testing';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../src/index.ts';
import { RestartableNats } from './restartable-nats.ts';

const partitions = [0, 1, 2, 3].map((partition) => ({
  stream: 'ITEMS',
  name: `etl-items-${String(partition)}`,
  pinned: true,
}));
const pinnedTimeoutMs = 2000;

describe('the partitions of the items', () => {
  let nats: RestartableNats;
  let runner: Bus;

  beforeAll(async () => {
    nats = await RestartableNats.start();
    runner = await nats.runner('com.example.a');
  });
  afterAll(() => nats?.stop());

  const publish = (text: string) => runner.publishRaw('items.com_example_a.c1', text);
  const listen = (bus: Bus, seen: string[]) =>
    partitions.map((partition) =>
      bus.consume(partition, ({ data }) => {
        seen.push(new TextDecoder().decode(data));
        return Promise.resolve('ack');
      }),
    );

  it('come to a client again that had nothing to do for longer than its pin lasts', async () => {
    const etl = await nats.bus('etl');
    const seen: string[] = [];
    listen(etl, seen);
    await publish('a');
    await eventually(() => expect(seen).toEqual(['a']));
    await delay(2 * pinnedTimeoutMs);
    await publish('b');
    await eventually(() => expect(seen).toEqual(['a', 'b']), { timeoutMs: 10_000 });
    await etl.close();
  });

  it('go to another client when theirs is gone without a word', async () => {
    const [first, second] = [await nats.bus('etl'), await nats.bus('etl')];
    const [bySecond, byFirst]: [string[], string[]] = [[], []];
    listen(first, byFirst);
    await publish('c');
    await eventually(() => expect(byFirst).toEqual(['c']));
    listen(second, bySecond);
    await first.connection.close();
    await publish('d');
    await eventually(() => expect(bySecond).toEqual(['d']));
    await second.close();
  });

  it('come again after the delay that a handler asked for', async () => {
    const etl = await nats.bus('etl');
    const deliveries: number[] = [];
    for (const partition of partitions)
      etl.consume(partition, ({ deliveryCount }) => {
        deliveries.push(deliveryCount);
        return Promise.resolve(deliveryCount === 1 ? { nakAfterMs: 50 } : 'ack');
      });
    await publish('e');
    await eventually(() => expect(deliveries).toEqual([1, 2]));
    await etl.close();
  });

  it('bring large frames as they were published', async () => {
    const etl = await nats.bus('etl');
    const sizes: number[] = [];
    for (const partition of partitions)
      etl.consume(partition, ({ data }) => {
        sizes.push(data.byteLength);
        return Promise.resolve('ack');
      });
    const frame = new Uint8Array(256 * 1024).fill(65);
    await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        runner.publishRaw(`items.com_example_a.c${String(index % 4)}`, frame),
      ),
    );
    await eventually(() => expect(sizes).toHaveLength(64));
    expect(new Set(sizes)).toEqual(new Set([frame.byteLength]));
    await etl.close();
  });
});
