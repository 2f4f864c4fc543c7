import type { Manifest } from '@made-open/manifest';
import type { Workload } from './workload.ts';

/** Since when plugins have had no work; what happens to one counts as work. */
export class IdleTimes {
  readonly #workload: Workload;
  readonly #idleMs: number;
  readonly #now: () => number;
  readonly #lastMs = new Map<string, number>();

  /** After so long without work a runner is not needed, unless its plugin says otherwise; 0: it always is. */
  constructor(workload: Workload, idleMs: number, now: () => number = Date.now) {
    this.#workload = workload;
    this.#idleMs = idleMs;
    this.#now = now;
  }

  /** Something happened to it: the next look finds it at work, however late it is. */
  touch(pluginId: string): void {
    this.#lastMs.delete(pluginId);
  }

  async isIdle({ id, scaling = {} }: Pick<Manifest, 'id' | 'scaling'>): Promise<boolean> {
    const { min = 0, idleSeconds } = scaling;
    if (this.#idleMs === 0 || min > 0) return false;
    const lastMs = this.#lastMs.get(id);
    // While nobody knows, a runner stays as if it had work.
    const waiting = await this.#workload.waiting(id).catch(() => 1);
    if (lastMs === undefined || waiting > 0) {
      this.#lastMs.set(id, this.#now());
      return false;
    }
    return this.#now() - lastMs >= (idleSeconds === undefined ? this.#idleMs : idleSeconds * 1000);
  }
}
