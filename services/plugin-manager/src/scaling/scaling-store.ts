import type { ScaleReason } from './scale.ts';
import type { ScalingOverride } from './scaling-policy.ts';

/** An operator's words on a plugin, with the number of their change; 0: nothing was ever said. */
export interface StoredOverride extends ScalingOverride {
  readonly revision: number;
}

/** A change of how many runners a plugin has. */
export interface ScalingEntry {
  readonly at: Date;
  readonly from: number;
  readonly to: number;
  readonly reason: ScaleReason;
  readonly message: string;
  readonly figures: ScalingFigures;
}

/** What the decision was made on. */
export interface ScalingFigures {
  readonly waiting: number;
  readonly inHand: number;
  readonly oldestWaitSeconds: number;
  readonly dueInSeconds: number | null;
}

export const noOverride: StoredOverride = {
  revision: 0,
  min: undefined,
  max: undefined,
  replicas: undefined,
};

/** Entries of a plugin that are kept. */
export const keptEntries = 20;

/** What operators say of plugins, and what was decided, for every replica alike. */
export abstract class ScalingStore {
  abstract override(pluginId: string): Promise<StoredOverride>;
  /** Undefined when it is not at the expected revision. */
  abstract setOverride(
    pluginId: string,
    override: ScalingOverride,
    expectedRevision?: number,
  ): Promise<StoredOverride | undefined>;
  abstract note(pluginId: string, entry: ScalingEntry): Promise<void>;
  /** The newest first. */
  abstract entries(pluginId: string): Promise<readonly ScalingEntry[]>;
}
