import type { ManifestScaling } from '@made-open/manifest';
import type { ScaleReason } from './scale.ts';
import type { ScalingState } from './plugin-scaling.ts';
import type { ScalingEntry } from './scaling-store.ts';

export interface ScalingView {
  readonly plugin_id: string;
  readonly manifest: {
    readonly min: number | null;
    readonly max: number | null;
    readonly concurrency: number | null;
    readonly target_wait_seconds: number | null;
    readonly idle_seconds: number | null;
  };
  readonly override: OverrideView;
  readonly in_effect: {
    readonly min: number;
    readonly max: number;
    readonly concurrency: number;
    readonly target_wait_seconds: number;
    /** 0: runners stay. */
    readonly idle_seconds: number;
    readonly pinned: number | null;
    readonly replicas: number | null;
  };
  readonly decisions: readonly DecisionView[];
}

export interface OverrideView {
  readonly min: number | null;
  readonly max: number | null;
  readonly replicas: number | null;
}

export interface DecisionView {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly reason: ScaleReason;
  readonly message: string;
  readonly waiting: number;
  readonly in_hand: number;
  readonly oldest_wait_seconds: number;
  readonly due_in_seconds: number | null;
}

export function scalingView(state: ScalingState): ScalingView {
  const { pluginId, manifest, override, policy } = state;
  return {
    plugin_id: pluginId,
    manifest: manifestView(manifest),
    override: {
      min: override.min ?? null,
      max: override.max ?? null,
      replicas: override.replicas ?? null,
    },
    in_effect: {
      min: policy.min,
      max: policy.max,
      concurrency: policy.concurrency,
      target_wait_seconds: policy.targetWaitSeconds,
      idle_seconds: policy.idleSeconds,
      pinned: state.pinned ?? null,
      replicas: state.wanted ?? null,
    },
    decisions: state.entries.map(decisionView),
  };
}

function manifestView(scaling: ManifestScaling): ScalingView['manifest'] {
  return {
    min: scaling.min ?? null,
    max: scaling.max ?? null,
    concurrency: scaling.concurrency ?? null,
    target_wait_seconds: scaling.targetWaitSeconds ?? null,
    idle_seconds: scaling.idleSeconds ?? null,
  };
}

function decisionView({ at, from, to, reason, message, figures }: ScalingEntry): DecisionView {
  return {
    at: at.toISOString(),
    from,
    to,
    reason,
    message,
    waiting: figures.waiting,
    in_hand: figures.inHand,
    oldest_wait_seconds: figures.oldestWaitSeconds,
    due_in_seconds: figures.dueInSeconds,
  };
}
