import type { ConnectionStore } from '../connections/connection-store.ts';
import { isRunId } from './run-id.ts';
import { isUnderWay } from './run.ts';

/** Whether a run is still wanted of the plugin's runner that carries out an attempt of it. */
export async function isWanted(
  store: ConnectionStore,
  pluginId: string,
  held: { readonly runId: string; readonly epoch: number; readonly attempt: number },
): Promise<boolean> {
  const run = isRunId(held.runId) ? await store.findRun(held.runId) : undefined;
  if (run === undefined || run.pluginId !== pluginId) return false;
  return isUnderWay(run, held.epoch) && held.attempt >= run.attempt;
}
