import { ensureRunnerConsumer } from '@made-open/bus';
import type { Logger } from '@made-open/nest';
import { startRunner, type RunnerProcess, type RunnerSettings } from './runner-process.ts';

/** A runner that should be there. */
export interface DesiredRunner {
  readonly pluginId: string;
  readonly version: string;
  /** Changes when the runner has to be replaced. */
  readonly fingerprint: string;
}

export interface RunnerView {
  readonly plugin_id: string;
  readonly version: string;
  readonly state: 'running' | 'waiting' | 'crashed';
  readonly pid: number | null;
  readonly crashes: number;
}

interface Slot {
  process: RunnerProcess | undefined;
  fingerprint: string;
  version: string;
  startedAtMs: number;
  crashes: number;
  notBeforeMs: number;
}

const everyMs = 1000;
const backOffMs = [500, 1000, 2000, 5000, 10_000, 30_000] as const;
/** A runner that lived this long was healthy: its crashes are forgotten. */
const healthyMs = 60_000;
const breakerCrashes = 10;

/** Keeps one runner process for each desired plugin: looks at what is and what should be, never at what happened. */
export class Fleet {
  readonly #settings: RunnerSettings;
  readonly #desired: () => Promise<DesiredRunner[]>;
  readonly #logger: Logger;
  readonly #slots = new Map<string, Slot>();
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(settings: RunnerSettings, desired: () => Promise<DesiredRunner[]>, logger: Logger) {
    this.#settings = settings;
    this.#desired = desired;
    this.#logger = logger;
  }

  start(): void {
    this.#timer = setInterval(() => this.reconcile(), everyMs);
    this.reconcile();
  }

  /** Looks again soon; calls while it looks are one. */
  reconcile(): void {
    this.#busy = this.#busy
      .then(() => this.#reconcileAll())
      .catch((error: unknown) =>
        this.#logger.warn('the fleet could not be brought in order', { error }),
      );
  }

  view(): RunnerView[] {
    return [...this.#slots].map(([pluginId, slot]) => ({
      plugin_id: pluginId,
      version: slot.version,
      state: slot.crashes >= breakerCrashes ? 'crashed' : isRunning(slot) ? 'running' : 'waiting',
      pid: isRunning(slot) ? (slot.process?.pid ?? null) : null,
      crashes: slot.crashes,
    }));
  }

  /** Lets a plugin that crashed too often start again. */
  reset(pluginId: string): void {
    const slot = this.#slots.get(pluginId);
    if (slot !== undefined) Object.assign(slot, { crashes: 0, notBeforeMs: 0 });
    this.reconcile();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#busy;
    await Promise.all(
      [...this.#slots.values()].map(async (slot) => {
        await slot.process?.stop();
      }),
    );
  }

  async #reconcileAll(): Promise<void> {
    if (this.#stopped) return;
    const desired = await this.#desired();
    const wanted = new Set(desired.map(({ pluginId }) => pluginId));
    for (const [pluginId, slot] of this.#slots)
      if (!wanted.has(pluginId)) {
        this.#slots.delete(pluginId);
        await slot.process?.stop();
      }
    for (const runner of desired) await this.#reconcileOne(runner);
  }

  async #reconcileOne(runner: DesiredRunner): Promise<void> {
    const slot = this.#slots.get(runner.pluginId) ?? {
      process: undefined,
      fingerprint: '',
      version: '',
      startedAtMs: 0,
      crashes: 0,
      notBeforeMs: 0,
    };
    this.#slots.set(runner.pluginId, slot);
    if (slot.fingerprint !== runner.fingerprint) {
      await slot.process?.stop();
      Object.assign(slot, {
        process: undefined,
        fingerprint: runner.fingerprint,
        version: runner.version,
        crashes: 0,
        notBeforeMs: 0,
      });
    }
    if (slot.process?.hasExited === true) this.#noteCrash(runner.pluginId, slot);
    if (
      slot.process !== undefined ||
      Date.now() < slot.notBeforeMs ||
      slot.crashes >= breakerCrashes
    )
      return;
    await ensureRunnerConsumer(this.#settings.bus.connection, runner.pluginId);
    slot.process = await startRunner(this.#settings, runner.pluginId, runner.version);
    slot.startedAtMs = Date.now();
    this.#logger.info('runner started', {
      pluginId: runner.pluginId,
      version: runner.version,
      pid: slot.process.pid,
    });
  }

  #noteCrash(pluginId: string, slot: Slot): void {
    slot.crashes = Date.now() - slot.startedAtMs > healthyMs ? 1 : slot.crashes + 1;
    slot.notBeforeMs = Date.now() + (backOffMs[Math.min(slot.crashes, backOffMs.length) - 1] ?? 0);
    slot.process = undefined;
    this.#logger.warn('runner ended', { pluginId, crashes: slot.crashes });
  }
}

function isRunning(slot: Slot): boolean {
  return slot.process !== undefined && !slot.process.hasExited;
}
