import { WalletError } from '../errors.ts';
import { openBytes, sealBytes } from './aead.ts';
import { KeyProvider, type KeyContext, type WrappedKey } from './key-provider.ts';
import type { KeyRing } from './key-ring.ts';

/** Key-encryption keys of a mounted file, held in memory. */
export class FileKeyProvider extends KeyProvider {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    super();
    this.#ring = ring;
  }

  override get activeId(): string {
    return this.#ring.active;
  }

  override async wrap(dataKey: Buffer, context: KeyContext): Promise<WrappedKey> {
    const kekId = this.activeId;
    return { kekId, wrapped: sealBytes(this.#key(kekId), bindingOf(kekId, context), dataKey) };
  }

  override async unwrap({ kekId, wrapped }: WrappedKey, context: KeyContext): Promise<Buffer> {
    const key = this.#key(kekId);
    try {
      return openBytes(key, bindingOf(kekId, context), wrapped);
    } catch (cause) {
      throw new WalletError(
        'secret_tampered',
        `a data key does not open under the key-encryption key "${kekId}": its row was changed, or the key is another one of the same name`,
        { cause },
      );
    }
  }

  #key(id: string): Buffer {
    const key = this.#ring.keys.get(id);
    if (key === undefined)
      throw new WalletError(
        'kek_unavailable',
        `the key-encryption key "${id}" is not in KEK_FILE; put it back, or enter the config again`,
      );
    return key;
  }
}

/** The key's id is bound here and not in the value, so that a new key-encryption key rewraps data keys alone. */
function bindingOf(kekId: string, context: KeyContext): string {
  return JSON.stringify(['dek-v1', kekId, ...context]);
}
