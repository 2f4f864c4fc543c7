import { requireIds } from '../require-ids.ts';
import { WalletError } from '../errors.ts';
import type { Vault } from '../vault/vault.ts';

/** Erases the config of a connection for good; nothing happens when it is gone already. */
export async function eraseConfig(
  vault: Vault,
  request: { readonly spaceId: string; readonly connectionId: string },
): Promise<void> {
  requireIds(request);
  const { spaceId, connectionId } = request;
  await vault.transaction(async ({ secrets, grants, audit }) => {
    const known = await secrets.find(connectionId);
    if (known !== undefined && known.owner.spaceId !== spaceId)
      throw new WalletError(
        'owner_differs',
        `connection ${connectionId} belongs to another space; its config stays`,
      );
    if (!(await secrets.erase(connectionId))) return;
    await grants.remove(connectionId);
    await audit.append({
      spaceId,
      who: 'plugin-manager',
      action: 'erase',
      connectionId,
      outcome: 'erased',
    });
  });
}
