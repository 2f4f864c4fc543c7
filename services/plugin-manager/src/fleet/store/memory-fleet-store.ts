import type { RunnerSetStatus } from '../fleet-driver.ts';
import { FleetStore } from './fleet-store.ts';

/** For tests; several managers may have the same one. */
export class MemoryFleetStore extends FleetStore {
  readonly #sets = new Map<string, readonly RunnerSetStatus[]>();
  readonly #resets = new Map<string, string>();
  #asked = 0;

  override note(pluginId: string, sets: readonly RunnerSetStatus[]): Promise<void> {
    if (sets.length === 0) this.#sets.delete(pluginId);
    else this.#sets.set(pluginId, sets);
    return Promise.resolve();
  }

  override sets(): Promise<readonly RunnerSetStatus[]> {
    const ids = [...this.#sets.keys()].toSorted();
    return Promise.resolve(ids.flatMap((id) => this.#sets.get(id) ?? []));
  }

  override askReset(pluginId: string): Promise<void> {
    this.#resets.set(pluginId, String(++this.#asked));
    return Promise.resolve();
  }

  override askedReset(pluginId: string): Promise<string | undefined> {
    return Promise.resolve(this.#resets.get(pluginId));
  }

  override endReset(pluginId: string, asked: string): Promise<void> {
    if (this.#resets.get(pluginId) === asked) this.#resets.delete(pluginId);
    return Promise.resolve();
  }
}
