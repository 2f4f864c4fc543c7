import type { ConnectionStore } from '../connections/connection-store.ts';
import { isRunId } from './run-id.ts';
import { isUnderWay } from './run.ts';

/** How a run stands for a runner that carries out an attempt of it. */
export interface HeldRun {
  readonly wanted: boolean;
  /** A later attempt of the same command has it. */
  readonly superseded: boolean;
}

/** Whether a run is still wanted of the plugin's runner that carries out an attempt of it, and why not. */
export async function heldRun(
  store: ConnectionStore,
  pluginId: string,
  held: { readonly runId: string; readonly epoch: number; readonly attempt: number },
): Promise<HeldRun> {
  const run = isRunId(held.runId) ? await store.findRun(held.runId) : undefined;
  const isOpen = run?.pluginId === pluginId && isUnderWay(run, held.epoch);
  const superseded = isOpen && held.attempt < run.attempt;
  return { wanted: isOpen && !superseded, superseded };
}
