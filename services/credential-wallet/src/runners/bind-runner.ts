import { createHash, randomUUID } from 'node:crypto';
import { WalletError } from '../errors.ts';
import type { Vault } from '../vault/vault.ts';

const publicKeyBytes = 32;
/** A little longer than the runner's NATS credentials live. */
const lifetimeSeconds = 25 * 3600;

/** Binds a runner's public key to its plugin against a one-time ticket; gives the runner's id. */
export async function bindRunner(
  vault: Vault,
  pluginId: string,
  { ticket, publicKey }: { readonly ticket: string; readonly publicKey: Uint8Array },
): Promise<string> {
  if (publicKey.byteLength !== publicKeyBytes)
    throw new WalletError('invalid_request', `public_key has ${String(publicKeyBytes)} bytes`);
  const ticketHash = createHash('sha256').update(ticket).digest('hex');
  const runner = { runnerId: randomUUID(), pluginId, publicKey };
  const bound = await vault.transaction(async ({ runners, audit }) => {
    const runnerId = await runners.bind(ticketHash, runner, lifetimeSeconds);
    // A refusal is no error here: its entry has to be committed.
    const outcome = runnerId ?? 'refused: wallet.ticket_refused';
    await audit.append({ spaceId: '', who: pluginId, action: 'bind', connectionId: '', outcome });
    return runnerId;
  });
  if (bound === undefined)
    throw new WalletError(
      'ticket_refused',
      'the ticket is unknown, used, expired or for another plugin; the runner has to be started anew',
    );
  return bound;
}
