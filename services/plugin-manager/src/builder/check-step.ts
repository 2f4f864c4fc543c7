import type { PluginStore } from '../plugins/plugin-store.ts';
import { build, faultsOf } from './build.ts';
import { idOf } from './input/check-input.ts';
import type { Fault } from './input/builder-input.ts';
import { installedVersion } from './place/installed.ts';
import { concerns, type StepName } from './steps.ts';

export interface CheckView {
  readonly is_valid: boolean;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  /** Version of the installed plugin of that id, of which this would be another one. */
  readonly taken: string | null;
}

/** What is wrong with an input as far as a step and those before it ask for it. */
export async function checkStep(
  plugins: PluginStore,
  step: StepName | undefined,
  input: unknown,
): Promise<CheckView> {
  const all = faultsOf(input);
  const faults = all.filter(({ pointer }) => concerns(step, pointer));
  const id = idOf(input);
  const installed =
    id === undefined ? undefined : await installedVersion(plugins, id.slice(0, 128));
  return {
    is_valid: faults.length === 0,
    faults,
    warnings: all.length === 0 ? build(input).warnings : [],
    taken: installed?.version ?? null,
  };
}
