import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkQueues } from './work-queues.ts';

export interface WorkWatchParts {
  readonly queues: Pick<WorkQueues, 'busy'>;
  /** Hears that there is work for a plugin that had none. */
  readonly onWork: (pluginId: string) => void;
  readonly logger: Logger;
  readonly everyMs?: number;
}

/** Somebody waits for a runner that has to be started: one look for all plugins, as often as that is worth. */
const defaultEveryMs = 250;

/** Tells of plugins that have work again. */
export class WorkWatch {
  readonly #parts: WorkWatchParts;
  readonly #end = new AbortController();
  #busy: ReadonlySet<string> = new Set();
  #isFailing = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: WorkWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#look();
      const { everyMs = defaultEveryMs } = this.#parts;
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { queues, onWork, logger } = this.#parts;
    try {
      const before = this.#busy;
      this.#busy = await queues.busy();
      for (const pluginId of this.#busy) if (!before.has(pluginId)) onWork(pluginId);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) logger.warn('nobody can tell what work there is', { error });
      this.#isFailing = true;
    }
  }
}
