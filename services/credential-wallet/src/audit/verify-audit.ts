import type { Vault } from '../vault/vault.ts';
import { emptyChain, follows, type AuditHead } from './audit-entry.ts';

/** What became of checking one chain. */
export interface ChainVerdict {
  readonly spaceId: string;
  /** The newest record, as it was when the check began. */
  readonly head: AuditHead;
  /** Sequence at which the chain is broken: a record there was changed, removed or moved. */
  readonly brokenAt: number | undefined;
}

const pageSize = 500;

/** Checks every chain from its beginning to its head. */
export async function verifyAudit(vault: Vault): Promise<ChainVerdict[]> {
  const heads = await vault.transaction(({ audit }) => audit.heads());
  const verdicts: ChainVerdict[] = [];
  for (const [spaceId, head] of heads)
    verdicts.push({ spaceId, head, brokenAt: await brokenAt(vault, spaceId, head) });
  return verdicts;
}

async function brokenAt(
  vault: Vault,
  spaceId: string,
  head: AuditHead,
): Promise<number | undefined> {
  // Records without a head: the head was removed.
  if (head.sequence === 0) return 1;
  let last = emptyChain;
  while (last.sequence < head.sequence) {
    const { sequence } = last;
    const page = await vault.transaction(({ audit }) => audit.read(spaceId, sequence, pageSize));
    // The head names a record that is gone: the end was cut off.
    if (page.length === 0) return last.sequence + 1;
    for (const record of page) {
      if (!follows(last, record)) return last.sequence + 1;
      last = record;
      if (last.sequence === head.sequence) break;
    }
  }
  return last.hash === head.hash ? undefined : head.sequence;
}
