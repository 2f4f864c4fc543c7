import { setTimeout as delay } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { EntityService, ItemFrameSchema, PersonCreatedSchema } from '@made-open/contracts';
import { eventually, TestPlatform } from '@made-open/testing';
import {
  BusFullError,
  BusPermissionError,
  CallTimeoutError,
  readEvents,
  readMessage,
  writeMessage,
  type Bus,
  type Delivery,
  type Settlement,
} from '../src/index.ts';

const plugin = 'com.example.a';

describe('Bus', () => {
  let platform: TestPlatform;
  let etl: Bus;
  let gateway: Bus;
  let runner: Bus;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    [etl, gateway, runner] = await Promise.all([
      platform.bus('etl'),
      platform.bus('channel-gateway'),
      platform.runnerBus(plugin),
    ]);
  });
  afterAll(() => platform?.stop());

  const getEntity = EntityService.method.getEntity;
  const requests = { stream: 'REQUESTS', name: 'etl-requests', pinned: false };

  it('answers a call through the stream of requests, also with an error that keeps its code', async () => {
    const consumption = etl.consume(requests, (delivery) => {
      const { entityId } = readMessage(getEntity.input, delivery.data);
      const inbox = delivery.headers.get('Reply-To') ?? '';
      if (entityId === 'bad')
        etl.reply(inbox, 'no such thing', {
          'Error-Code': 'etl.not_found',
          'Error-Retry': 'never',
        });
      else etl.reply(inbox, writeMessage(getEntity.output, { entity: { createdAt: entityId } }));
      return Promise.resolve('ack' as const);
    });
    expect(await gateway.call(getEntity, { entityId: 'now' })).toMatchObject({
      entity: { createdAt: 'now' },
    });
    await expect(gateway.call(getEntity, { entityId: 'bad' })).rejects.toMatchObject({
      code: 'etl.not_found',
      retry: 'never',
      message: 'no such thing',
    });
    await consumption.stop();
    await expect(gateway.call(getEntity, { entityId: 'now' }, { timeoutMs: 300 })).rejects.toThrow(
      CallTimeoutError,
    );
  });

  it('ends a call at once when its caller gives up', async () => {
    const caller = new AbortController();
    const call = gateway.call(getEntity, { entityId: 'x' }, { signal: caller.signal });
    caller.abort(new Error('the client has gone'));
    await expect(call).rejects.toThrow('the client has gone');
  });

  it('refuses a message that NATS would not take', async () => {
    await expect(
      etl.publishRaw('data.PersonCreated', new Uint8Array(1024 * 1024)),
    ).rejects.toMatchObject({ code: 'bus.message_too_large', retry: 'never' });
  });

  it('lets a message wait for its answer in an inbox of its own', async () => {
    const inbox = runner.newInbox();
    const consumption = etl.consume(
      { stream: 'ITEMS', name: 'etl-items-0', pinned: true },
      answerFrame,
    );
    const others = [1, 2, 3].map((partition) =>
      etl.consume({ stream: 'ITEMS', name: `etl-items-${partition}`, pinned: true }, answerFrame),
    );
    function answerFrame(delivery: Delivery): Promise<Settlement> {
      etl.reply(delivery.headers.get('Reply-To') ?? '', new Uint8Array([1, 2]));
      return Promise.resolve('ack');
    }
    await runner.publishRaw('items.com_example_a.c1', 'frame', { replyTo: inbox.subject });
    expect(await inbox.next(10_000)).toEqual(new Uint8Array([1, 2]));
    expect(await inbox.next(1)).toBeUndefined();
    inbox.close();
    await Promise.all([consumption, ...others].map((each) => each.stop()));
  });

  it('brings events as a batch, and again after a failure', async () => {
    const deliveries: Delivery[] = [];
    const indexer = await platform.bus('search-indexer');
    const consumption = indexer.consume(
      { stream: 'DATA', name: 'search-indexer-changes', pinned: false },
      (delivery) => {
        deliveries.push(delivery);
        return deliveries.length === 1
          ? Promise.reject(new Error('first try fails'))
          : Promise.resolve('ack' as const);
      },
    );
    await etl.publishEvents(
      PersonCreatedSchema,
      [
        { message: { person: { displayName: 'Ada' } } },
        { message: { person: { displayName: 'Grace' } } },
      ],
      { messageId: 'm1' },
    );
    await etl.publishEvents(PersonCreatedSchema, [{ message: {} }], { messageId: 'm1' }); // dropped: the same id
    await eventually(() => expect(deliveries).toHaveLength(2));
    const names = readEvents(PersonCreatedSchema, deliveries[1]?.data ?? new Uint8Array()).map(
      (event) => event.message.person?.displayName,
    );
    expect(names).toEqual(['Ada', 'Grace']);
    expect(deliveries[1]?.deliveryCount).toBe(2);
    await consumption.stop();
  });

  it('tells how long even the first message has been there', async () => {
    const published = Date.now();
    await etl.publishRaw('data.PersonDeleted', new Uint8Array());
    await eventually(() => expect(Date.now() - published).toBeGreaterThan(2000));
    const ages: number[] = [];
    const consumer = { stream: 'DATA', name: 'rules-data', pinned: false };
    const consumption = (await platform.bus('rules')).consume(consumer, ({ ageMs }) => {
      ages.push(ageMs);
      return Promise.resolve('ack' as const);
    });
    await eventually(() => expect(ages.length).toBeGreaterThan(0));
    await consumption.stop();
    expect(ages.at(-1)).toBeGreaterThan(500);
  });

  it('refuses a runner what is not its plugin’s', async () => {
    await expect(runner.publishRaw('items.com_example_b.c1', '')).rejects.toThrow(
      BusPermissionError,
    );
    await expect(runner.publishRaw('data.PersonCreated', '[]')).rejects.toThrow(
      /may not publish to data\.PersonCreated/u,
    );
    await expect(runner.call(getEntity, { entityId: 'x' })).rejects.toMatchObject({
      code: 'bus.permission_denied',
    });
  });

  it('tells the publisher when a connection has too many frames waiting, and only that connection', async () => {
    const frame = toBinary(ItemFrameSchema, create(ItemFrameSchema, { frame: 1 }));
    for (let index = 0; index < 32; index++)
      await runner.publishRaw('items.com_example_a.full', frame);
    await expect(runner.publishRaw('items.com_example_a.full', frame)).rejects.toThrow(
      BusFullError,
    );
    await runner.publishRaw('items.com_example_a.other', frame);
  });

  it('gives the frames of a partition to one client in order, and to the next when it ends', async () => {
    const seen: string[] = [];
    const second = await platform.bus('etl');
    const listen = (bus: Bus, name: string) =>
      [0, 1, 2, 3].map((partition) =>
        bus.consume(
          { stream: 'ITEMS', name: `etl-items-${partition}`, pinned: true },
          (delivery) => {
            seen.push(`${name}:${delivery.headers.get('N') ?? '-'}`);
            return Promise.resolve('ack' as const);
          },
        ),
      );
    const first = listen(etl, 'first');
    await eventually(() => expect(seen.filter((entry) => entry === 'first:-')).toHaveLength(33));
    const later = listen(second, 'second');
    for (let index = 0; index < 20; index++)
      await runner.publishRaw('items.com_example_a.order', '', { headers: { N: String(index) } });
    await eventually(() => expect(seen).toContain('first:19'));
    expect(seen.slice(33)).toEqual(Array.from({ length: 20 }, (_, index) => `first:${index}`));
    await Promise.all(first.map((consumption) => consumption.stop()));
    await runner.publishRaw('items.com_example_a.order', '', { headers: { N: 'taken over' } });
    // The one that leaves may have been sent it: then it comes again behind the wait for its acknowledgement, 30 s.
    await eventually(() => expect(seen).toContain('second:taken over'), { timeoutMs: 90_000 });
    await Promise.all(later.map((consumption) => consumption.stop()));
  });

  it('stops at whatever moment of its start', async () => {
    const handle = () => Promise.resolve('ack' as const);
    for (const ahead of [
      { maxMessages: 10, concurrency: 1 },
      { maxMessages: 1, concurrency: 1 },
    ])
      for (let waitMs = 0; waitMs < 10; waitMs++) {
        const consumption = etl.consume(requests, handle, ahead);
        await delay(waitMs);
        await consumption.stop();
      }
  });
});
