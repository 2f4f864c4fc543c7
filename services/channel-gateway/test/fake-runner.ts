import { ensureRunnerConsumer, readMessage, type Bus } from '@made-open/bus';
import {
  DeliveryService,
  InvokeSchema,
  invocationsConsumer,
  pluginToken,
  type HandleWebhook,
  type Invoke,
} from '@made-open/contracts';
import type { NatsConnection } from '@nats-io/transport-node';

export interface Handled {
  readonly invoke: Invoke;
  readonly webhook: HandleWebhook;
}

type Outcome = 'done' | 'silent' | { readonly code: string; readonly permanent?: boolean };

/** Takes invocations as a runner does, with its rights, and tells the gateway what a test says became of each. */
export class FakeRunner {
  /** In the order in which they were begun. */
  readonly handled: Handled[] = [];
  /** Conversations that were under way more than once at a time. */
  readonly overlaps: string[] = [];
  outcome: (of: Handled) => Outcome | Promise<Outcome> = () => 'done';
  readonly #busy = new Set<string>();
  readonly #bus: Bus;
  readonly #pluginId: string;

  private constructor(bus: Bus, pluginId: string) {
    this.#bus = bus;
    this.#pluginId = pluginId;
  }

  static async start(
    bus: Bus,
    { pluginId, administrator }: { pluginId: string; administrator: NatsConnection },
  ): Promise<FakeRunner> {
    await ensureRunnerConsumer(administrator, pluginId);
    const runner = new FakeRunner(bus, pluginId);
    bus.consume(
      invocationsConsumer(pluginId),
      async ({ data }) => {
        await runner.#handle(readMessage(InvokeSchema, data));
        return 'ack';
      },
      { concurrency: 16, maxMessages: 16 },
    );
    return runner;
  }

  /** As the real one reports; tried again until the gateway answers. */
  async report({ invoke, webhook }: Handled, outcome: Exclude<Outcome, 'silent'>): Promise<void> {
    const failed = outcome === 'done' ? {} : { error: { code: outcome.code, message: 'no' } };
    const permanent = outcome !== 'done' && outcome.permanent === true;
    const { invocationId, connectionId, try: attempt } = invoke;
    const result = { invocationId, connectionId, try: attempt, permanent, ...failed };
    const request = { deliveryId: webhook.deliveryId, result };
    const parameters = { plugin: pluginToken(this.#pluginId) };
    for (let left = 20; ; left--)
      try {
        await this.#bus.call(DeliveryService.method.recordDelivery, request, { parameters });
        return;
      } catch (error) {
        if (left === 0) throw error;
      }
  }

  async #handle(invoke: Invoke): Promise<void> {
    if (invoke.work.case !== 'webhook') throw new Error('not a webhook');
    const handled = { invoke, webhook: invoke.work.value };
    this.handled.push(handled);
    const conversation = `${invoke.connectionId} ${handled.webhook.headers['x-conversation'] ?? ''}`;
    if (this.#busy.has(conversation)) this.overlaps.push(conversation);
    this.#busy.add(conversation);
    const outcome = await this.outcome(handled);
    this.#busy.delete(conversation);
    if (outcome !== 'silent') await this.report(handled, outcome);
  }
}
