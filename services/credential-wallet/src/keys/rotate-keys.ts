import { WalletError } from '../errors.ts';
import { rewrap } from '../secrets/envelope.ts';
import type { HeldSecret } from '../secrets/secret-store.ts';
import type { Vault } from '../vault/vault.ts';
import type { CheckKeys } from './check-keys.ts';
import type { KeyProvider } from './key-provider.ts';

/** How far a rotation came. */
export interface RotationProgress {
  readonly activeId: string;
  readonly rewrapped: number;
  /** Of these the data key did not open: what they were under is gone, or their row was changed. They stay as they are. */
  readonly failed: readonly { readonly connectionId: string; readonly code: string }[];
  /** Still under other keys, those that failed among them. */
  readonly left: number;
}

export interface RotateKeysParts {
  readonly vault: Vault;
  readonly keys: KeyProvider;
  readonly checkKeys: CheckKeys;
}

const pageSize = 100;

/**
 * Wraps the data keys of everything that is stored under the active key. It may run in several replicas, beside puts and
 * deliveries, and be killed: each row changes by compare-and-swap and opens at every moment, and what is left is found again.
 */
export class RotateKeys {
  readonly #parts: RotateKeysParts;

  constructor(parts: RotateKeysParts) {
    this.#parts = parts;
  }

  /** Goes through everything once; `onPage` hears of the progress. */
  async run(
    onPage: (progress: RotationProgress) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<RotationProgress> {
    const { vault, keys, checkKeys } = this.#parts;
    await checkKeys.requireActive();
    const activeId = await keys.activeId();
    const failed: { connectionId: string; code: string }[] = [];
    let rewrapped = 0;
    let page = await this.#page(activeId);
    while (page.length > 0) {
      for (const secret of page) {
        const outcome = await this.#rewrap(secret);
        if (outcome === 'rewrapped') rewrapped++;
        else if (outcome !== 'changed')
          failed.push({ connectionId: secret.owner.connectionId, code: outcome.code });
      }
      onPage({ activeId, rewrapped, failed, left: await this.#left(activeId) });
      // A stop ends it here; what is left is found again.
      if (signal?.aborted === true) break;
      page = await this.#page(activeId, page.at(-1));
    }
    if (rewrapped > 0)
      await vault.transaction(({ audit }) =>
        audit.append({
          spaceId: '',
          who: 'credential-wallet',
          action: 'rotate',
          connectionId: '',
          outcome: `${String(rewrapped)} rewrapped under ${activeId}`,
        }),
      );
    return { activeId, rewrapped, failed, left: await this.#left(activeId) };
  }

  #page(activeId: string, behind?: HeldSecret): Promise<HeldSecret[]> {
    return this.#parts.vault.transaction(({ secrets }) =>
      secrets.notUnder(activeId, behind?.owner, pageSize),
    );
  }

  async #left(activeId: string): Promise<number> {
    const counts = await this.#parts.vault.transaction(({ secrets }) => secrets.countByKey());
    return [...counts].reduce((sum, [id, count]) => (id === activeId ? sum : sum + count), 0);
  }

  async #rewrap({
    owner,
    envelope,
  }: HeldSecret): Promise<'rewrapped' | 'changed' | { code: string }> {
    const { vault, keys } = this.#parts;
    try {
      // Outside of a transaction: a key service may take its time.
      const wrapped = await rewrap(keys, owner, envelope);
      const isDone = await vault.transaction(({ secrets }) =>
        secrets.rewrap(owner, envelope, wrapped),
      );
      // It was put anew, erased, or rewrapped by another replica meanwhile.
      return isDone ? 'rewrapped' : 'changed';
    } catch (error) {
      if (error instanceof WalletError) return { code: error.code };
      throw error;
    }
  }
}
