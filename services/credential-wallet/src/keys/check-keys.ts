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
  #soundId: string | undefined;

  constructor(vault: Vault, keys: KeyProvider) {
    this.#vault = vault;
    this.#keys = keys;
  }

  /** What is wrong with which key that something is still wrapped under, in words for an operator. */
  async faults(): Promise<string[]> {
    const { canaries, uses } = await this.#vault.transaction(async (stores) => ({
      canaries: await stores.canaries.list(),
      uses: await stores.secrets.countByKey(),
    }));
    const active = await this.#activeId();
    // A key that nothing needs any more may go.
    const needed = canaries.filter(({ kekId }) => uses.has(kekId) || kekId === active.id);
    const faults = await Promise.all(needed.map((canary) => this.#fault(canary)));
    return [active.fault, ...faults].filter((fault) => fault !== undefined);
  }

  /** What is wrong with one key; undefined when nothing is. */
  async faultOf(kekId: string): Promise<string | undefined> {
    const canaries = await this.#vault.transaction((stores) => stores.canaries.list());
    const canary = canaries.find((candidate) => candidate.kekId === kekId);
    return canary === undefined ? undefined : this.#fault(canary);
  }

  /** Must pass before anything is wrapped: under a wrong key of the same name it would be lost with that key. */
  async requireActive(): Promise<void> {
    const activeId = await this.#keys.activeId();
    if (this.#soundId === activeId) return;
    const canary = await this.#activeCanary();
    const fault = await this.#fault(canary);
    if (fault !== undefined) throw new WalletError('kek_unavailable', fault);
    this.#soundId = canary.kekId;
  }

  async #activeId(): Promise<{ id?: string; fault?: string }> {
    try {
      return { id: await this.#keys.activeId() };
    } catch (error) {
      if (!(error instanceof WalletError)) throw error;
      return { fault: error.message };
    }
  }

  /** Another replica may add one at the same moment, so what counts is what is stored afterwards. */
  async #activeCanary(): Promise<WrappedKey> {
    const made = await this.#keys.wrap(randomBytes(canaryBytes), context);
    const canaries = await this.#vault.transaction(async (stores) => {
      await stores.canaries.add(made);
      return stores.canaries.list();
    });
    return canaries.find(({ kekId }) => kekId === made.kekId) ?? made;
  }

  async #fault(canary: WrappedKey): Promise<string | undefined> {
    try {
      await this.#keys.unwrap(canary, context);
      return undefined;
    } catch (error) {
      if (!(error instanceof WalletError)) throw error;
      return error.code === 'wallet.kek_unavailable'
        ? error.message
        : `the key-encryption key "${canary.kekId}" in ${this.#keys.placeOf(canary.kekId)} is another one than the configs were stored with; put the old one back`;
    }
  }
}
