import type { RunnerQueue } from '@made-open/bus';
import type { ManifestScaling } from '@made-open/manifest';
import type { Logger } from '@made-open/nest';
import { scale, type ScaleDecision, type ScaleFacts } from './scale.ts';
import { policyOf, type ScalingLimits } from './scaling-policy.ts';
import type { ScalingStore } from './scaling-store.ts';
import type { WorkQueues } from './demand/work-queues.ts';

export interface ScalerParts {
  readonly queues: WorkQueues;
  readonly store: ScalingStore;
  readonly limits: ScalingLimits;
  /** Until a scheduled run of a plugin is due; undefined when none is known. */
  readonly dueInSeconds: (pluginId: string) => number | undefined;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** A plugin whose runners are to be counted. */
export interface ScaledPlugin {
  readonly pluginId: string;
  readonly scaling: ManifestScaling | undefined;
  /** Runs that one of its runners takes at a time. */
  readonly concurrency: number;
  /** Runners that were wanted last. */
  readonly replicas: number;
  /** A number that was set where runners run. */
  readonly pinned: number | undefined;
}

/** What is remembered of a plugin's work from one look to the next. */
interface Memory {
  busyAtMs: number;
  waitedAtMs: number;
  isBusy: boolean;
  isExpected: boolean;
  noted: string | undefined;
}

const busyLookMs = 1000;

/** Says how many runners a plugin should have, and keeps why. */
export class Scaler {
  readonly #parts: ScalerParts;
  readonly #memories = new Map<string, Memory>();

  constructor(parts: ScalerParts) {
    this.#parts = parts;
  }

  /** The plugin or one of its connections was changed, after which there mostly is work. */
  touch(pluginId: string): void {
    const memory = this.#memoryOf(pluginId);
    memory.isExpected = true;
    memory.busyAtMs = this.#now();
  }

  forget(pluginId: string): void {
    this.#memories.delete(pluginId);
  }

  forgetAll(): void {
    this.#memories.clear();
  }

  /** When to look again, since no message tells that work has waited for long. */
  lookAgainInMs(pluginId: string): number | undefined {
    return this.#memories.get(pluginId)?.isBusy === true ? busyLookMs : undefined;
  }

  async replicas(plugin: ScaledPlugin): Promise<number> {
    const { queues, logger } = this.#parts;
    const { pluginId, replicas } = plugin;
    let queue: RunnerQueue;
    try {
      queue = await queues.queue(pluginId);
    } catch (error) {
      logger.warn('the work of a plugin cannot be told, and its runners stay', { pluginId, error });
      return replicas;
    }
    const facts = await this.#facts(plugin, queue);
    const decision = scale(facts);
    await this.#note(plugin, facts, decision);
    return decision.replicas;
  }

  async #facts(plugin: ScaledPlugin, queue: RunnerQueue): Promise<ScaleFacts> {
    const { pluginId, scaling, replicas, concurrency } = plugin;
    const { waiting, inHand, oldestAt } = queue;
    const override = await this.#parts.store.override(pluginId);
    const memory = this.#memoryOf(pluginId);
    const now = this.#now();
    memory.isBusy = waiting + inHand > 0;
    if (memory.isBusy) memory.busyAtMs = now;
    if (waiting > 0) memory.waitedAtMs = now;
    const { isExpected } = memory;
    memory.isExpected = false;
    return {
      policy: { ...policyOf(scaling, override, this.#parts.limits), concurrency },
      replicas,
      waiting,
      inHand,
      oldestWaitSeconds: oldestAt === undefined ? 0 : Math.max(now - oldestAt.getTime(), 0) / 1000,
      calmSeconds: (now - memory.waitedAtMs) / 1000,
      idleSeconds: (now - memory.busyAtMs) / 1000,
      dueInSeconds: this.#parts.dueInSeconds(pluginId),
      isExpected,
      pinned: plugin.pinned ?? override.replicas,
    };
  }

  /** Once, however often it takes until it is carried out. */
  async #note(
    { pluginId, replicas: from }: ScaledPlugin,
    facts: ScaleFacts,
    { replicas: to, reason, message }: ScaleDecision,
  ): Promise<void> {
    const { store, logger } = this.#parts;
    const memory = this.#memoryOf(pluginId);
    const key = `${String(from)} ${String(to)} ${reason}`;
    if (from === to) memory.noted = undefined;
    if (from === to || memory.noted === key) return;
    memory.noted = key;
    logger.info('runners scaled', { pluginId, from, to, reason, why: message });
    const { waiting, inHand, oldestWaitSeconds, dueInSeconds = null } = facts;
    const figures = { waiting, inHand, oldestWaitSeconds, dueInSeconds };
    const entry = { at: new Date(this.#now()), from, to, reason, message, figures };
    await store
      .note(pluginId, entry)
      .catch((error: unknown) =>
        logger.warn('a decision on runners could not be noted', { pluginId, error }),
      );
  }

  #memoryOf(pluginId: string): Memory {
    const now = this.#now();
    const memory = this.#memories.get(pluginId) ?? {
      busyAtMs: now,
      waitedAtMs: now,
      isBusy: false,
      isExpected: false,
      noted: undefined,
    };
    this.#memories.set(pluginId, memory);
    return memory;
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}
