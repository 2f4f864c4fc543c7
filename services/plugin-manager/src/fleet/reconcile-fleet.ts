import type { Logger } from '@made-open/nest';
import { isBroken, nextCrash, noCrashes, type Crashes } from './crash-breaker.ts';
import type { DesiredRunner, NeededRunner } from './desired-runner.ts';
import type { Runner, RunnerDriver } from '../runners/runner-driver.ts';

/** What to do next for a key: look again after this time, or only when something changes. */
export interface Again {
  readonly againInMs?: number;
}

export interface RunnerView {
  readonly plugin_id: string;
  readonly version: string;
  readonly state: 'running' | 'idle' | 'waiting' | 'crashed';
  readonly pid: number | null;
  readonly started_at: string | null;
  readonly crashes: number;
  /** How it ended last, or why it could not be started. */
  readonly last_fault: string | null;
}

export interface FleetParts {
  readonly driver: RunnerDriver;
  readonly desired: (pluginId: string) => Promise<NeededRunner | undefined>;
  /** Hears that a runner has ended, by whatever cause. */
  readonly onExit: (pluginId: string) => void;
  /** Hears that a plugin is held back. */
  readonly onCrashed: (runner: DesiredRunner, reason: string) => Promise<void>;
  readonly logger: Logger;
  readonly now?: () => number;
}

interface Slot {
  desired: DesiredRunner;
  runner: Runner | undefined;
  startedAtMs: number;
  crashes: Crashes;
  fault: string | undefined;
  isAnnounced: boolean;
  isIdle: boolean;
}

/** Credentials live for 24 hours: a runner is replaced before they end. */
const maxAgeMs = 20 * 3_600_000;
const startFaultPauseMs = 2000;

/** Brings what runs to what should run, for one plugin at a time. It looks at states, never at what happened. */
export class ReconcileFleet {
  readonly #parts: FleetParts;
  readonly #slots = new Map<string, Slot>();

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  /** Plugins that have a runner or had one. */
  plugins(): string[] {
    return [...this.#slots.keys()];
  }

  async reconcile(pluginId: string): Promise<Again> {
    const desired = await this.#parts.desired(pluginId);
    const slot = this.#slots.get(pluginId);
    if (desired === undefined) return this.#remove(pluginId, slot);
    if (slot !== undefined && slot.desired.fingerprint === desired.fingerprint)
      return desired.isIdle ? this.#rest(slot) : this.#keep(slot);
    await slot?.runner?.stop();
    const opened = this.#open(desired);
    return desired.isIdle ? this.#rest(opened) : this.#fill(opened);
  }

  /** Lets a plugin that is held back start again. */
  reset(pluginId: string): boolean {
    const slot = this.#slots.get(pluginId);
    if (slot === undefined) return false;
    Object.assign(slot, { crashes: noCrashes, isAnnounced: false });
    return true;
  }

  view(): RunnerView[] {
    return [...this.#slots.values()].map((slot) => {
      const isRunning = slot.runner !== undefined && slot.runner.ended === undefined;
      return {
        plugin_id: slot.desired.pluginId,
        version: slot.desired.version,
        state: isRunning ? 'running' : restingState(slot),
        pid: isRunning ? (slot.runner?.pid ?? null) : null,
        started_at: isRunning ? new Date(slot.startedAtMs).toISOString() : null,
        crashes: slot.crashes.count,
        last_fault: slot.fault ?? null,
      };
    });
  }

  /** Ends every runner. */
  async stop(): Promise<void> {
    await Promise.all([...this.#slots.values()].map(async ({ runner }) => runner?.stop()));
    this.#slots.clear();
  }

  async #remove(pluginId: string, slot: Slot | undefined): Promise<Again> {
    await slot?.runner?.stop();
    this.#slots.delete(pluginId);
    return {};
  }

  /** Ends a runner that has no work; the next work starts it again. */
  async #rest(slot: Slot): Promise<Again> {
    if (isBroken(slot.crashes)) return this.#hold(slot);
    const { pluginId, version } = slot.desired;
    if (slot.runner !== undefined)
      this.#parts.logger.info('runner ends, as it has no work', { pluginId, version });
    await slot.runner?.stop();
    slot.runner = undefined;
    slot.isIdle = true;
    return {};
  }

  #open(desired: DesiredRunner): Slot {
    const slot: Slot = {
      desired,
      runner: undefined,
      startedAtMs: 0,
      crashes: noCrashes,
      fault: undefined,
      isAnnounced: false,
      isIdle: false,
    };
    this.#slots.set(desired.pluginId, slot);
    return slot;
  }

  async #keep(slot: Slot): Promise<Again> {
    const age = this.#now() - slot.startedAtMs;
    if (slot.runner === undefined) return this.#fill(slot);
    if (slot.runner.ended === undefined) {
      if (age < maxAgeMs) return { againInMs: maxAgeMs - age };
      await slot.runner.stop();
      slot.runner = undefined;
      return this.#fill(slot);
    }
    this.#noteCrash(slot, slot.runner.ended);
    return this.#fill(slot);
  }

  #noteCrash(slot: Slot, reason: string): void {
    const nowMs = this.#now();
    const livedMs = nowMs - slot.startedAtMs;
    slot.crashes = nextCrash(slot.crashes, { reason, nowMs, livedMs });
    slot.fault = reason;
    slot.runner = undefined;
    const { pluginId, version } = slot.desired;
    this.#parts.logger.warn('runner ended', {
      pluginId,
      version,
      reason,
      crashes: slot.crashes.count,
    });
  }

  async #fill(slot: Slot): Promise<Again> {
    slot.isIdle = false;
    if (isBroken(slot.crashes)) return this.#hold(slot);
    const waitMs = slot.crashes.notBeforeMs - this.#now();
    if (waitMs > 0) return { againInMs: waitMs };
    const { pluginId, version } = slot.desired;
    try {
      slot.runner = await this.#parts.driver.start(slot.desired);
    } catch (error) {
      // What a start needs is away, the wallet or NATS: no fault of the plugin.
      slot.fault = error instanceof Error ? error.message : 'the runner could not be started';
      this.#parts.logger.warn('runner could not be started', { pluginId, version, error });
      return { againInMs: startFaultPauseMs };
    }
    slot.startedAtMs = this.#now();
    void slot.runner.exit.then(() => this.#parts.onExit(pluginId));
    this.#parts.logger.info('runner started', { pluginId, version, pid: slot.runner.pid });
    return { againInMs: maxAgeMs };
  }

  async #hold(slot: Slot): Promise<Again> {
    if (slot.isAnnounced) return {};
    await this.#parts.onCrashed(slot.desired, slot.crashes.reason);
    slot.isAnnounced = true;
    return {};
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}

function restingState({ crashes, isIdle }: Slot): 'idle' | 'waiting' | 'crashed' {
  if (isBroken(crashes)) return 'crashed';
  return isIdle ? 'idle' : 'waiting';
}
