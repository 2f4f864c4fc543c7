import type { MeasuredPod } from '@made-open/cluster-stories';

export interface ClusterResult {
  /** From the approval of a new plugin to the first entity that it brought. */
  readonly firstResultMs: readonly number[];
  /** From the wish for a sync to the plugin's first request, without a runner. */
  readonly fromZeroMs: readonly number[];
  /** The same while there is one. */
  readonly warmMs: readonly number[];
  readonly memory: readonly MeasuredPod[];
  /** Load average before and after. */
  readonly load: readonly [number, number];
}
