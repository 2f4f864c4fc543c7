import type { Bus } from '@made-open/bus';
import { pluginToken, TestConnectionSchema } from '@made-open/contracts';
import { TestQueue, type QueuedTest } from './test-queue.ts';

export class BusTestQueue extends TestQueue {
  readonly #bus: Pick<Bus, 'publish'>;

  constructor(bus: Pick<Bus, 'publish'>) {
    super();
    this.#bus = bus;
  }

  override async add({ pluginId, endBefore, ...test }: QueuedTest): Promise<void> {
    const { testId: messageId, connectionId: connection } = test;
    await this.#bus.publish(
      TestConnectionSchema,
      { ...test, endBefore: endBefore.toISOString() },
      { parameters: { plugin: pluginToken(pluginId), connection }, messageId },
    );
  }
}
