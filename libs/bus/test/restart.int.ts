import { EntityService, PersonCreatedSchema } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { setTimeout } from 'node:timers/promises';
import { readMessage, writeMessage, type Bus } from '../src/index.ts';
import { RestartableNats } from './restartable-nats.ts';

const getEntity = EntityService.method.getEntity;

describe('Bus when nats-server is killed and comes back', () => {
  let nats: RestartableNats;

  beforeAll(async () => {
    nats = await RestartableNats.start();
  });
  afterAll(() => nats?.stop());

  it('goes on consuming events, partitions and requests without a new init step', async () => {
    const etl = await nats.bus('etl');
    const indexer = await nats.bus('search-indexer');
    const gateway = await nats.bus('channel-gateway');
    const events: string[] = [];
    indexer.consume({ stream: 'DATA', name: 'search-indexer-changes' }, (delivery) => {
      events.push(delivery.messageId ?? '');
      return Promise.resolve('ack');
    });
    answerGetEntity(etl);
    const frames: string[] = [];
    takeFrames(etl, frames);
    const runner = await nats.runner('com.example.a');
    await runner.publishRaw('items.com_example_a.c1', 'f1');
    await eventually(() => expect(frames).toEqual(['f1']));
    const publish = (messageId: string) =>
      etl.publishEvents(PersonCreatedSchema, [{ message: {} }], { messageId });
    await publish('before');
    expect(await gateway.call(getEntity, { entityId: 'a' })).toMatchObject({ entity: {} });

    await nats.kill();
    await eventually(() => expect(etl.isConnected()).toBe(false));
    const published = publish('while it was away');
    await nats.restart();
    await published;
    await eventually(() => expect(etl.isConnected()).toBe(true));
    await publish('after');
    await eventually(() => expect(events).toContain('after'));
    expect([...new Set(events)]).toEqual(['before', 'while it was away', 'after']);
    await runner.publishRaw('items.com_example_a.c1', 'f2');
    await eventually(() => expect(frames).toContain('f2'));
    await eventually(async () =>
      expect(await gateway.call(getEntity, { entityId: 'b' }, { timeoutMs: 1000 })).toMatchObject({
        entity: { createdAt: 'b' },
      }),
    );
  });
});

describe('Bus when nats-server is gone for good', () => {
  it('waits for an answer no longer than it was told, connection or not', async () => {
    const nats = await RestartableNats.start();
    try {
      const gateway = await nats.bus('channel-gateway');
      await nats.kill();
      await eventually(() => expect(gateway.isConnected()).toBe(false));
      const ended: string[] = [];
      const call = gateway.call(getEntity, {}, { timeoutMs: 200 }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'bus.call_timeout', retry: 'later' });
        ended.push('call');
      });
      // Timers end in their order, however slow the machine is.
      const later = setTimeout(300).then(() => ended.push('later'));
      await Promise.all([call, later]);
      expect(ended).toEqual(['call', 'later']);
    } finally {
      await nats.stop();
    }
  });

  it('closes, so that its process can end', async () => {
    const nats = await RestartableNats.start();
    try {
      const etl = await nats.bus('etl');
      takeFrames(etl, []);
      await nats.kill();
      await eventually(() => expect(etl.isConnected()).toBe(false));
      await etl.close();
      expect(etl.connection.isClosed()).toBe(true);
    } finally {
      await nats.stop();
    }
  });
});

function answerGetEntity(etl: Bus): void {
  etl.consume({ stream: 'REQUESTS', name: 'etl-requests' }, (delivery) => {
    const { entityId } = readMessage(getEntity.input, delivery.data);
    etl.reply(
      delivery.headers.get('Reply-To') ?? '',
      writeMessage(getEntity.output, { entity: { createdAt: entityId } }),
    );
    return Promise.resolve('ack');
  });
}

function takeFrames(etl: Bus, frames: string[]): void {
  for (const partition of [0, 1, 2, 3])
    etl.consume(
      { stream: 'ITEMS', name: `etl-items-${String(partition)}`, pinned: true },
      ({ data }) => {
        frames.push(new TextDecoder().decode(data));
        return Promise.resolve('ack');
      },
    );
}
