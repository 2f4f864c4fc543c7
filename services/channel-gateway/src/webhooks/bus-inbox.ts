import type { Bus } from '@made-open/bus';
import { pluginToken, WebhookReceivedSchema } from '@made-open/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import { Inbox, type ReceivedWebhook } from './inbox.ts';

/** The stream IN. */
export class BusInbox extends Inbox {
  readonly #bus: Pick<Bus, 'publish' | 'isConnected'>;
  readonly #timeoutMs: number;

  constructor(bus: Pick<Bus, 'publish' | 'isConnected'>, timeoutMs: number) {
    super();
    this.#bus = bus;
    this.#timeoutMs = timeoutMs;
  }

  override async store(received: ReceivedWebhook): Promise<{ isDuplicate: boolean }> {
    if (!this.#bus.isConnected()) throw new UnavailableError(new Error('NATS is not connected'));
    const { pluginId, connectionId, name, providerId } = received;
    const late = new AbortController();
    try {
      return await Promise.race([
        this.#bus.publish(WebhookReceivedSchema, received, {
          parameters: { plugin: pluginToken(pluginId), connection: connectionId },
          messageId: `${connectionId}/${name}/${providerId}`,
        }),
        this.#tooLate(late.signal),
      ]);
    } catch (error) {
      throw new UnavailableError(error);
    } finally {
      late.abort();
    }
  }

  /** The bus waits longer than providers do. What it stores after all is a duplicate when the provider comes again. */
  async #tooLate(signal: AbortSignal): Promise<never> {
    await delay(this.#timeoutMs, undefined, { signal });
    throw new Error('the stream did not confirm in time');
  }
}
