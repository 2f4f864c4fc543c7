import { readMessage, type Bus, type Delivery, type Settlement } from '@made-open/bus';
import { runnerConsumer, RunSyncSchema } from '@made-open/contracts';
import type { Logger } from '@made-open/nest';
import { SyncRun, type RunOptions } from './run-sync.ts';

const heartbeatMs = 10_000;
const handBackMs = 500;

/** Takes the plugin's commands from its work queue and runs them, several at a time. */
export class TakeRuns {
  readonly #options: RunOptions;
  readonly #logger: Logger;
  readonly #stopped = new AbortController();

  constructor(options: RunOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
  }

  start(bus: Bus, pluginId: string, concurrency: number): void {
    bus.consume(runnerConsumer(pluginId), (delivery) => this.#take(delivery), {
      concurrency,
      maxMessages: concurrency,
    });
  }

  /** Ends running syncs and hands their commands back: another runner repeats them. */
  stop(): void {
    this.#stopped.abort();
  }

  async #take(delivery: Delivery): Promise<Settlement> {
    const command = readMessage(RunSyncSchema, delivery.data);
    const { runId, connectionId } = command;
    const run = new SyncRun(this.#options, command, delivery.deliveryCount, {
      signal: this.#stopped.signal,
    });
    const heartbeat = setInterval(() => {
      if (run.isAlive) delivery.working();
    }, heartbeatMs);
    this.#logger.info('run begins', { runId, connectionId, attempt: delivery.deliveryCount });
    try {
      await run.run();
      this.#logger.info('run ended', { runId, connectionId });
      return 'ackAck';
    } catch (error) {
      if (this.#stopped.signal.aborted) return { nakAfterMs: handBackMs };
      throw error;
    } finally {
      clearInterval(heartbeat);
    }
  }
}
