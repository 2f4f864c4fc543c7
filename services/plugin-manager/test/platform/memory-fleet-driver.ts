import {
  FleetDriver,
  type RunnerRoom,
  type RunnerSet,
  type RunnerSetStatus,
} from '../../src/fleet/fleet-driver.ts';

type SetKey = Pick<RunnerSet, 'pluginId' | 'version'>;

/** Sets of runners whose state a test decides. */
export class MemoryFleetDriver extends FleetDriver {
  readonly applied: RunnerSet[] = [];
  readonly #sets = new Map<string, RunnerSetStatus>();
  #onChange: (pluginId: string) => void = () => undefined;

  override start(onChange: (pluginId: string) => void): Promise<void> {
    this.#onChange = onChange;
    return Promise.resolve();
  }

  override list(): readonly RunnerSetStatus[] {
    return [...this.#sets.values()];
  }

  override concurrencyOf({ concurrency }: RunnerRoom): number {
    return concurrency;
  }

  override apply(set: RunnerSet): Promise<void> {
    this.applied.push(set);
    const { pluginId, version, lane, fingerprint, replicas } = set;
    const before = this.#sets.get(version);
    this.#sets.set(version, {
      present: replicas,
      ready: 0,
      crashes: 0,
      isBroken: false,
      fault: undefined,
      startedAt: undefined,
      pinned: undefined,
      ...before,
      pluginId,
      version,
      lane,
      fingerprint,
      wanted: replicas,
    });
    return Promise.resolve();
  }

  override remove({ version }: SetKey): Promise<void> {
    this.#sets.delete(version);
    return Promise.resolve();
  }

  override reset({ version }: SetKey): Promise<void> {
    this.become(version, { isBroken: false, crashes: 0 });
    return Promise.resolve();
  }

  override release(): Promise<void> {
    return Promise.resolve();
  }

  override stop(): Promise<void> {
    this.#sets.clear();
    return Promise.resolve();
  }

  become(version: string, changes: Partial<RunnerSetStatus>): void {
    const status = this.#sets.get(version);
    if (status === undefined) throw new Error(`there is no set of ${version}`);
    this.#sets.set(version, { ...status, ...changes });
    this.#onChange(status.pluginId);
  }

  get versions(): string[] {
    return [...this.#sets.keys()].toSorted();
  }
}
