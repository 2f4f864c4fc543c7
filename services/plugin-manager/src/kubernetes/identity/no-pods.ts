import type { SealedBox } from '@made-open/bus';
import { PodRefusedError } from '../../errors.ts';
import { RunnerIdentities } from './runner-identities.ts';

/** Where runners are processes of this machine, which are handed what they need. */
export class NoPods extends RunnerIdentities {
  override identify(): Promise<SealedBox> {
    return Promise.reject(new PodRefusedError('plugin-manager starts no pods here'));
  }
}
