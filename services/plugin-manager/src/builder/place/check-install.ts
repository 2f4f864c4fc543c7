import { RequestError } from '../../errors.ts';
import type { Built } from '../build.ts';

/** Whether somebody has looked at exactly this, warnings included. */
export function checkInstall(
  { digest, warnings }: Pick<Built, 'digest' | 'warnings'>,
  seen: string,
  acknowledged: readonly string[],
): void {
  if (digest !== seen)
    throw new RequestError(
      'builder.other_digest.conflict',
      409,
      'the input makes other files than those that were looked at; generate again, and give the digest of that',
      { digest },
    );
  const open = warnings.filter(({ pointer }) => !acknowledged.includes(pointer));
  if (open.length > 0)
    throw new RequestError(
      'builder.not_acknowledged',
      422,
      `${String(open.length)} of its warnings were not acknowledged; give their pointers as "acknowledged"`,
      { errors: open.map(({ pointer, message }) => `${pointer} ${message}`), faults: open },
    );
}
