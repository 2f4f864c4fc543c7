import { randomBytes } from 'node:crypto';
import { WalletError } from '../errors.ts';
import type { Vault } from '../vault/vault.ts';
import type { KeyProvider, WrappedKey } from './key-provider.ts';

const context = ['canary'] as const;
const canaryBytes = 32;

/** Looks whether the key-encryption keys are those that the stored configs were written with. */
export class CheckKeys {
  readonly #vault: Vault;
  readonly #keys: KeyProvider;
  #activeIsSound = false;

  constructor(vault: Vault, keys: KeyProvider) {
    this.#vault = vault;
    this.#keys = keys;
  }

  /** What is wrong with which key, in words for an operator. */
  async faults(): Promise<string[]> {
    const canaries = await this.#vault.transaction((stores) => stores.canaries.list());
    const faults = await Promise.all(canaries.map((canary) => this.#fault(canary)));
    return faults.filter((fault) => fault !== undefined);
  }

  /** Must pass before anything is wrapped: under a wrong key of the same name it would be lost with that key. */
  async requireActive(): Promise<void> {
    if (this.#activeIsSound) return;
    const canary = await this.#activeCanary();
    const fault = await this.#fault(canary);
    if (fault !== undefined) throw new WalletError('kek_unavailable', fault);
    this.#activeIsSound = true;
  }

  /** Another replica may add one at the same moment, so what counts is what is stored afterwards. */
  async #activeCanary(): Promise<WrappedKey> {
    const { activeId } = this.#keys;
    const made = await this.#keys.wrap(randomBytes(canaryBytes), context);
    const canaries = await this.#vault.transaction(async (stores) => {
      await stores.canaries.add(made);
      return stores.canaries.list();
    });
    return canaries.find(({ kekId }) => kekId === activeId) ?? made;
  }

  async #fault(canary: WrappedKey): Promise<string | undefined> {
    try {
      await this.#keys.unwrap(canary, context);
      return undefined;
    } catch (error) {
      if (!(error instanceof WalletError)) throw error;
      return error.code === 'wallet.kek_unavailable'
        ? error.message
        : `the key-encryption key "${canary.kekId}" in KEK_FILE is another one than the configs were stored with; put the old one back`;
    }
  }
}
