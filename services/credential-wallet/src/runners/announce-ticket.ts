import { WalletError } from '../errors.ts';
import { requireIds } from '../require-ids.ts';
import type { Vault } from '../vault/vault.ts';

export interface AnnouncedTicket {
  readonly pluginId: string;
  readonly ticketHash: string;
  readonly expiresInSeconds: number;
}

const maxLifetimeSeconds = 3600;

/** Learns of a ticket that plugin-manager gave to a runner. */
export async function announceTicket(
  vault: Vault,
  { pluginId, ticketHash, expiresInSeconds }: AnnouncedTicket,
): Promise<void> {
  requireIds({ pluginId });
  if (!/^[0-9a-f]{64}$/u.test(ticketHash))
    throw new WalletError('invalid_request', 'ticket_hash must be SHA-256 in hexadecimal');
  if (expiresInSeconds < 1 || expiresInSeconds > maxLifetimeSeconds)
    throw new WalletError(
      'invalid_request',
      `a ticket lives 1 to ${String(maxLifetimeSeconds)} seconds`,
    );
  await vault.transaction(({ runners }) =>
    runners.announce({ pluginId, ticketHash }, expiresInSeconds),
  );
}
