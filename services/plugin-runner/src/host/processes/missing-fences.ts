import { UnconfinedSandboxError } from '../../errors.ts';
import type { Confinement } from './sandbox-command.ts';

const noNetworkNamespace =
  'a network namespace of their own (unshare --user --net is refused here)';
const noResourceLimits = 'limits of address space and files (there is no /bin/sh here)';

/** What this machine does not give sandbox processes. Throws UnconfinedSandboxError when all of it is required. */
export function missingFences(confinement: Confinement, isRequired: boolean): readonly string[] {
  const missing = [
    ...(confinement.hasNetworkNamespace ? [] : [noNetworkNamespace]),
    ...(confinement.hasResourceLimits ? [] : [noResourceLimits]),
  ];
  if (isRequired && missing.length > 0) throw new UnconfinedSandboxError(missing);
  return missing;
}
