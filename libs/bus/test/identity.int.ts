import { bootstrapUser, EntityService, RunnerService } from '@made-open/contracts';
import { TestPlatform } from '@made-open/testing';
import { Bus, BusPermissionError, readMessage, writeMessage } from '../src/index.ts';

const plugin = 'com.example.a';

describe('who a process is on NATS', () => {
  let platform: TestPlatform;

  beforeAll(async () => {
    platform = await TestPlatform.start();
  });
  afterAll(() => platform?.stop());

  it('connects anew with the credentials of now, and sends what was on its way again', async () => {
    let current = platform.credentials('rules');
    const bus = await Bus.connect({
      servers: platform.nats.url,
      credentials: () => current,
      name: 'rules',
      inboxPrefix: '_INBOX.rules',
    });
    try {
      const subject = 'data.PersonCreated';
      await expect(bus.publishRaw(subject, '[]')).rejects.toThrow(BusPermissionError);
      current = platform.identity.credentials['administrator'] ?? '';
      const renewed = bus.reconnect();
      await bus.publishRaw(subject, '[]');
      await renewed;
    } finally {
      await bus.connection.close();
    }
  });

  it('lets the pod of a runner ask who it is, and nothing else', async () => {
    const pod = await Bus.connect({
      servers: platform.nats.url,
      credentials: platform.identity.credentials[bootstrapUser] ?? '',
      name: bootstrapUser,
      inboxPrefix: `_INBOX.${bootstrapUser}`,
    });
    const manager = await platform.bus('plugin-manager');
    const { identifyRunner, getAssignment } = RunnerService.method;
    const consumption = manager.consume(
      { stream: 'REQUESTS', name: 'plugin-manager-requests' },
      (delivery) => {
        const { request } = readMessage(identifyRunner.input, delivery.data);
        manager.reply(
          delivery.headers.get('Reply-To') ?? '',
          writeMessage(identifyRunner.output, {
            identity: { ciphertext: request?.ciphertext ?? new Uint8Array() },
          }),
        );
        return Promise.resolve('ack' as const);
      },
    );
    try {
      const { identity } = await pod.call(identifyRunner, {
        request: { ciphertext: Buffer.from('of a pod') },
      });
      expect(Buffer.from(identity?.ciphertext ?? []).toString()).toBe('of a pod');
      const parameters = { plugin: 'com_example_a' };
      await expect(pod.call(getAssignment, { version: '1' }, { parameters })).rejects.toThrow(
        BusPermissionError,
      );
      const runner = await platform.runnerBus(plugin);
      await expect(runner.call(identifyRunner, {})).rejects.toThrow(BusPermissionError);
    } finally {
      await consumption.stop();
      await pod.close();
    }
  });

  it('loses no answer when it connects anew', async () => {
    const etl = await platform.bus('etl');
    const gateway = await platform.bus('channel-gateway');
    const { getEntity } = EntityService.method;
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const consumption = etl.consume(
      { stream: 'REQUESTS', name: 'etl-requests' },
      async (delivery) => {
        asked.resolve();
        await gate.promise;
        const { entityId } = readMessage(getEntity.input, delivery.data);
        const answer = writeMessage(getEntity.output, { entity: { createdAt: entityId } });
        etl.reply(delivery.headers.get('Reply-To') ?? '', answer);
        return 'ack';
      },
      { concurrency: 2 },
    );
    const call = (entityId: string) => gateway.call(getEntity, { entityId }, { timeoutMs: 20_000 });
    try {
      const before = call('before');
      await asked.promise;
      const renewed = gateway.reconnect();
      const meanwhile = call('meanwhile');
      gate.resolve();
      expect(await before).toMatchObject({ entity: { createdAt: 'before' } });
      await renewed;
      expect(await meanwhile).toMatchObject({ entity: { createdAt: 'meanwhile' } });
    } finally {
      await consumption.stop();
    }
  });
});
