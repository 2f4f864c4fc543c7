import { WalletError } from '../errors.ts';
import { KeyProvider, type KeyContext, type WrappedKey } from './key-provider.ts';

/** Several providers as one: the first wraps, each opens what was wrapped under its keys. So an operator moves from one to another. */
export class KeyProviders extends KeyProvider {
  readonly #active: KeyProvider;
  readonly #all: readonly KeyProvider[];

  constructor(active: KeyProvider, others: readonly KeyProvider[]) {
    super();
    this.#active = active;
    this.#all = [active, ...others];
  }

  override placeOf(kekId: string): string {
    return this.#of(kekId).placeOf(kekId);
  }

  override activeId(): Promise<string> {
    return this.#active.activeId();
  }

  override owns(kekId: string): boolean {
    return this.#all.some((provider) => provider.owns(kekId));
  }

  override refresh(): void {
    for (const provider of this.#all) provider.refresh();
  }

  override wrap(dataKey: Buffer, context: KeyContext): Promise<WrappedKey> {
    return this.#active.wrap(dataKey, context);
  }

  override async unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Buffer> {
    return this.#of(wrapped.kekId).unwrap(wrapped, context);
  }

  #of(kekId: string): KeyProvider {
    const provider = this.#all.find((candidate) => candidate.owns(kekId));
    if (provider === undefined)
      throw new WalletError(
        'kek_unavailable',
        `nothing is configured that keeps the key-encryption key "${kekId}"; configure where it is kept (KEK_FILE, VAULT_ADDR or KMS_KEY_ID), or enter the config again`,
      );
    return provider;
  }
}
