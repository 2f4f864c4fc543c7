import type { Logger } from '@made-open/nest';
import {
  FleetDriver,
  type RunnerRoom,
  type RunnerSet,
  type RunnerSetStatus,
} from '../fleet/fleet-driver.ts';
import { ProcessSet, type ProcessSetParts } from './process-set.ts';
import type { RunnerLauncher } from './runner-launcher.ts';

type SetKey = Pick<RunnerSet, 'pluginId' | 'version'>;

/** Runs runners as processes of this machine; none outlives this process. */
export class ProcessFleetDriver extends FleetDriver {
  readonly #sets = new Map<string, ProcessSet>();
  /** Sets that were removed and still end. */
  readonly #ending = new Set<Promise<void>>();
  readonly #parts: ProcessSetParts;
  #onChange: (pluginId: string) => void = () => undefined;

  constructor(launcher: RunnerLauncher, logger: Logger, now: () => number = Date.now) {
    super();
    const onChange = (pluginId: string): void => this.#onChange(pluginId);
    this.#parts = { launcher, logger, now, onChange };
  }

  override start(onChange: (pluginId: string) => void): Promise<void> {
    this.#onChange = onChange;
    return Promise.resolve();
  }

  override list(): readonly RunnerSetStatus[] {
    return [...this.#sets.values()].map((set) => set.status());
  }

  override concurrencyOf({ concurrency }: RunnerRoom): number {
    return concurrency;
  }

  override async apply(form: RunnerSet): Promise<void> {
    const key = keyOf(form);
    const set = this.#sets.get(key) ?? new ProcessSet(form, this.#parts);
    this.#sets.set(key, set);
    await set.apply(form);
  }

  override remove(key: SetKey): Promise<void> {
    const set = this.#sets.get(keyOf(key));
    this.#sets.delete(keyOf(key));
    if (set === undefined) return Promise.resolve();
    // Whatever it has in hand: nobody needs to wait for it but the end of this process.
    const ending = set.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    return Promise.resolve();
  }

  override async reset(key: SetKey): Promise<void> {
    await this.#sets.get(keyOf(key))?.reset();
  }

  /** Its processes are this manager's own, which nobody else can keep. */
  override release(): Promise<void> {
    return Promise.resolve();
  }

  override async stop(): Promise<void> {
    this.#onChange = () => undefined;
    const sets = [...this.#sets.values()];
    this.#sets.clear();
    await Promise.all([...sets.map((set) => set.stop()), ...this.#ending]);
  }
}

function keyOf({ pluginId, version }: SetKey): string {
  return `${pluginId} ${version}`;
}
