import { WalletError } from '../errors.ts';
import type { Vault } from '../vault/vault.ts';
import { CheckKeys } from './check-keys.ts';
import type { KeyProvider } from './key-provider.ts';

/** A key-encryption key that was ever used. */
export interface ListedKey {
  readonly id: string;
  readonly isActive: boolean;
  /** How many values are under it. */
  readonly secrets: number;
  /** Nothing needs it any more. */
  readonly mayBeRemoved: boolean;
  readonly fault?: string;
  /** Connections whose values cannot be opened, up to a thousand. */
  readonly connections?: readonly string[];
}

const maxConnections = 1000;

/** What is under which key-encryption key, and what is wrong with it. */
export async function listKeys(vault: Vault, keys: KeyProvider): Promise<ListedKey[]> {
  const checkKeys = new CheckKeys(vault, keys);
  const activeId = await keys.activeId().catch((error: unknown) => {
    // The others are still worth a look.
    if (error instanceof WalletError) return '';
    throw error;
  });
  const { canaries, uses } = await vault.transaction(async (stores) => ({
    canaries: await stores.canaries.list(),
    uses: await stores.secrets.countByKey(),
  }));
  const ids = new Set([...canaries.map(({ kekId }) => kekId), ...uses.keys(), activeId]);
  ids.delete('');
  return Promise.all(
    [...ids].toSorted().map(async (id): Promise<ListedKey> => {
      const fault = await checkKeys.faultOf(id);
      const secrets = uses.get(id) ?? 0;
      const isActive = id === activeId;
      const known = { id, isActive, secrets, mayBeRemoved: !isActive && secrets === 0 };
      if (fault === undefined) return known;
      return { ...known, fault, connections: await connectionsUnder(vault, id) };
    }),
  );
}

async function connectionsUnder(vault: Vault, kekId: string): Promise<string[]> {
  const owners = await vault.transaction(({ secrets }) => secrets.under(kekId, maxConnections));
  return [...new Set(owners.map(({ connectionId }) => connectionId))];
}
