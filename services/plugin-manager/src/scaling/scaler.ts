import type { RunnerQueue } from '@made-open/bus';
import type { ManifestScaling } from '@made-open/manifest';
import type { Logger } from '@made-open/nest';
import type { RunnerLane } from '../fleet/fleet-driver.ts';
import { scale, type ScaleDecision, type ScaleFacts, type ScalingPolicy } from './scale.ts';
import { policyOf, type ScalingLimits, type ScalingOverride } from './scaling-policy.ts';
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
  /** Whose work it is: those that try out a version have their own. */
  readonly lane: RunnerLane;
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

type Lane = Pick<ScaledPlugin, 'pluginId' | 'lane'>;

const busyLookMs = 1000;
const allLanes: readonly RunnerLane[] = ['stable', 'canary'];

/** Says how many runners a plugin should have, and keeps why. */
export class Scaler {
  readonly #parts: ScalerParts;
  readonly #memories = new Map<string, Memory>();

  constructor(parts: ScalerParts) {
    this.#parts = parts;
  }

  /** The plugin or one of its connections was changed, after which there mostly is work. */
  touch(pluginId: string): void {
    const memory = this.#memoryOf({ pluginId, lane: 'stable' });
    memory.isExpected = true;
    memory.busyAtMs = this.#now();
  }

  forget(pluginId: string, lanes: readonly RunnerLane[] = allLanes): void {
    for (const lane of lanes) this.#memories.delete(keyOf({ pluginId, lane }));
  }

  forgetAll(): void {
    this.#memories.clear();
  }

  /** When to look again, since no message tells that work has waited for long. */
  lookAgainInMs(pluginId: string): number | undefined {
    const isBusy = allLanes.some((lane) => this.#memories.get(keyOf({ pluginId, lane }))?.isBusy);
    return isBusy ? busyLookMs : undefined;
  }

  async replicas(plugin: ScaledPlugin): Promise<number> {
    const { queues, logger } = this.#parts;
    const { pluginId, lane, replicas } = plugin;
    let queue: RunnerQueue;
    try {
      queue = await queues.queue(pluginId, lane);
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
    const { pluginId, lane, replicas } = plugin;
    const { waiting, inHand, oldestAt } = queue;
    const override = await this.#parts.store.override(pluginId);
    const memory = this.#memoryOf(plugin);
    const now = this.#now();
    memory.isBusy = waiting + inHand > 0;
    if (memory.isBusy) memory.busyAtMs = now;
    if (waiting > 0) memory.waitedAtMs = now;
    const { isExpected } = memory;
    memory.isExpected = false;
    return {
      policy: this.#policyOf(plugin, override),
      replicas,
      waiting,
      inHand,
      oldestWaitSeconds: oldestAt === undefined ? 0 : Math.max(now - oldestAt.getTime(), 0) / 1000,
      calmSeconds: (now - memory.waitedAtMs) / 1000,
      idleSeconds: (now - memory.busyAtMs) / 1000,
      // Which of them a due run goes to is decided when it begins.
      dueInSeconds: lane === 'stable' ? this.#parts.dueInSeconds(pluginId) : undefined,
      isExpected,
      pinned: pinnedOf(plugin, override, this.#parts.limits),
    };
  }

  /** As long as a version is tried out one of its runners is there, unless none may be. */
  #policyOf(
    { lane, scaling, concurrency }: ScaledPlugin,
    override: ScalingOverride,
  ): ScalingPolicy {
    const policy = { ...policyOf(scaling, override, this.#parts.limits), concurrency };
    return lane === 'stable' ? policy : { ...policy, min: Math.min(1, policy.max), idleSeconds: 0 };
  }

  /** Once, however often it takes until it is carried out. */
  async #note(
    plugin: ScaledPlugin,
    facts: ScaleFacts,
    { replicas: to, reason, message }: ScaleDecision,
  ): Promise<void> {
    const { store, logger } = this.#parts;
    const { pluginId, lane, replicas: from } = plugin;
    const memory = this.#memoryOf(plugin);
    const key = `${String(from)} ${String(to)} ${reason}`;
    if (from === to) memory.noted = undefined;
    if (from === to || memory.noted === key) return;
    memory.noted = key;
    logger.info('runners scaled', { pluginId, lane, from, to, reason, why: message });
    // What is kept is shown as how many the active version has.
    if (lane === 'canary') return;
    const { waiting, inHand, oldestWaitSeconds, dueInSeconds = null } = facts;
    const figures = { waiting, inHand, oldestWaitSeconds, dueInSeconds };
    const entry = { at: new Date(this.#now()), from, to, reason, message, figures };
    await store
      .note(pluginId, entry)
      .catch((error: unknown) =>
        logger.warn('a decision on runners could not be noted', { pluginId, error }),
      );
  }

  #memoryOf(lane: Lane): Memory {
    const now = this.#now();
    const memory = this.#memories.get(keyOf(lane)) ?? {
      busyAtMs: now,
      waitedAtMs: now,
      isBusy: false,
      isExpected: false,
      noted: undefined,
    };
    this.#memories.set(keyOf(lane), memory);
    return memory;
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}

function keyOf({ pluginId, lane }: Lane): string {
  return `${pluginId} ${lane}`;
}

/** A number that was set where runners run is no licence for more than the platform allows; none at all holds every run back. */
function pinnedOf(
  { lane, pinned: set }: ScaledPlugin,
  { replicas }: ScalingOverride,
  { maxReplicas }: ScalingLimits,
): number | undefined {
  const pinned = set ?? (lane === 'stable' || replicas === 0 ? replicas : undefined);
  return pinned === undefined ? undefined : Math.min(pinned, maxReplicas);
}
