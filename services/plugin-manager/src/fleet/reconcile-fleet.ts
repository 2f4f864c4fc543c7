import type { Logger } from '@made-open/nest';
import type { FleetDriver, RunnerSet, RunnerSetStatus } from './fleet-driver.ts';

export interface FleetParts {
  readonly driver: FleetDriver;
  /** The sets that a plugin should have: of its active version and, while another is tried out, of that one. */
  readonly desiredSets: (pluginId: string) => Promise<readonly RunnerSet[]>;
  /** Hears once that a set is held back. */
  readonly onCrashed: (set: RunnerSet, reason: string) => Promise<void>;
  readonly logger: Logger;
}

/** Brings what runs to what should run, for one plugin at a time. It looks at states, never at what happened. */
export class ReconcileFleet {
  readonly #parts: FleetParts;
  readonly #announced = new Set<string>();

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  async reconcile(pluginId: string): Promise<void> {
    const { driver, desiredSets } = this.#parts;
    const desired = await desiredSets(pluginId);
    await Promise.all([
      this.#removeOthers(pluginId, desired),
      ...desired.map((set) => driver.apply(set)),
    ]);
    for (const set of desired) await this.#announce(set, this.#statusOf(set));
  }

  /** At once, and not when the next is ready: nothing may begin with a version that was left, and what it has in hand goes to the next one. */
  async #removeOthers(pluginId: string, desired: readonly RunnerSet[]): Promise<void> {
    const { driver, logger } = this.#parts;
    const wanted = new Set(desired.map(({ version }) => version));
    for (const { version, ...status } of driver.list()) {
      if (status.pluginId !== pluginId || wanted.has(version)) continue;
      logger.info('runners are wanted no more', { pluginId, version });
      await driver.remove({ pluginId, version });
      this.#announced.delete(keyOf({ pluginId, version }));
    }
  }

  async #announce(set: RunnerSet, status: RunnerSetStatus | undefined): Promise<void> {
    const key = keyOf(set);
    if (status?.isBroken !== true) {
      this.#announced.delete(key);
      return;
    }
    if (this.#announced.has(key)) return;
    await this.#parts.onCrashed(set, status.fault ?? 'no reason is known');
    this.#announced.add(key);
  }

  #statusOf({ pluginId, version }: RunnerSet): RunnerSetStatus | undefined {
    const all = this.#parts.driver.list();
    return all.find((set) => set.pluginId === pluginId && set.version === version);
  }
}

function keyOf({ pluginId, version }: Pick<RunnerSet, 'pluginId' | 'version'>): string {
  return `${pluginId} ${version}`;
}
