/** Limits of one slice: it ends at the next checkpoint once one of them is passed. */
export interface SliceLimits {
  readonly wallMs: number;
  readonly items: number;
  readonly bytes: number;
  /** A run that saves no checkpoint for this long cannot be sliced and ends. */
  readonly unslicedWallMs: number;
}

export const defaultSlice: SliceLimits = {
  wallMs: 600_000,
  items: 2_000_000,
  bytes: 4 * 1024 ** 3,
  unslicedWallMs: 3_600_000,
};

/** What a slice has brought so far. */
export class SliceUsage {
  items = 0;
  bytes = 0;
  events = 0;
  /** Time that the plugin took; waiting for room in the stream is not its own. */
  pluginMs = 0;
  #checkpointMs = 0;

  add(frame: { items: number; bytes: number; events: number; hasCheckpoint: boolean }): void {
    this.items += frame.items;
    this.bytes += frame.bytes;
    this.events += frame.events;
    if (frame.hasCheckpoint) this.#checkpointMs = this.pluginMs;
  }

  isFull(limits: SliceLimits): boolean {
    const { items, bytes, pluginMs } = this;
    return pluginMs > limits.wallMs || items > limits.items || bytes > limits.bytes;
  }

  /** Too long without a checkpoint to go on. */
  isStuck(limits: SliceLimits): boolean {
    return this.pluginMs - this.#checkpointMs > limits.unslicedWallMs;
  }
}
