import type { ManifestScaling } from '@made-open/manifest';
import type { ScalingPolicy } from './scale.ts';

/** What the operator of the platform says of all plugins. */
export interface ScalingLimits {
  /** Most runners that a plugin gets, whatever it asks for. */
  readonly maxReplicas: number;
  /** Runs at a time in one runner, unless the plugin says otherwise. */
  readonly concurrency: number;
  /** After so long without work the last runners of a plugin end, unless it says otherwise; 0: they stay. */
  readonly idleSeconds: number;
}

/** What an operator says of one plugin, in place of its manifest; undefined is what the manifest says. */
export interface ScalingOverride {
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** As many runners, whatever the work. */
  readonly replicas: number | undefined;
}

/** What a runner takes at most. */
const maxConcurrency = 32;
const defaultTargetWaitSeconds = 30;

/** What is in effect for a plugin: its manifest, with the operator's words in its place, within the platform's limits. What a runner takes at a time is where it runs to say. */
export function policyOf(
  scaling: ManifestScaling | undefined,
  override: ScalingOverride,
  limits: ScalingLimits,
): Omit<ScalingPolicy, 'concurrency'> {
  const { idleSeconds = limits.idleSeconds, targetWaitSeconds = defaultTargetWaitSeconds } =
    scaling ?? {};
  const { min, max } = boundsOf(scaling ?? {}, override);
  const most = Math.min(max, limits.maxReplicas);
  // Where runners stay without work, one is there from the start.
  const least = Math.max(min, idleSeconds === 0 ? 1 : 0);
  return {
    min: Math.min(least, most),
    max: most,
    targetWaitSeconds,
    idleSeconds,
  };
}

/** Whoever says only one of both means it. */
function boundsOf(
  scaling: ManifestScaling,
  override: ScalingOverride,
): { min: number; max: number } {
  const min = override.min ?? scaling.min ?? 0;
  const max = override.max ?? Math.max(scaling.max ?? 1, min);
  return { min: Math.min(min, max), max };
}

export function concurrencyOf(
  scaling: ManifestScaling | undefined,
  { concurrency }: Pick<ScalingLimits, 'concurrency'>,
): number {
  return Math.min(scaling?.concurrency ?? concurrency, maxConcurrency);
}
