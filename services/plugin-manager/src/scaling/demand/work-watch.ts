import type { Logger } from '@made-open/nest';
import { RepeatedLook } from '../../repeated-look.ts';
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
  readonly #looks: RepeatedLook;
  #busy: ReadonlySet<string> = new Set();

  constructor(parts: WorkWatchParts) {
    this.#parts = parts;
    const { logger, everyMs = defaultEveryMs } = parts;
    this.#looks = new RepeatedLook(
      () => this.#look(),
      (error) => logger.warn('nobody can tell what work there is', { error }),
      everyMs,
    );
  }

  start(): void {
    this.#looks.start();
  }

  stop(): Promise<void> {
    return this.#looks.stop();
  }

  async #look(): Promise<void> {
    const { queues, onWork } = this.#parts;
    const before = this.#busy;
    this.#busy = await queues.busy();
    for (const pluginId of this.#busy) if (!before.has(pluginId)) onWork(pluginId);
  }
}
