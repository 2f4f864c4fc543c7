import { WalletError } from '../errors.ts';
import { openBytes, sealBytes } from './aead.ts';
import { KeyProvider, type KeyContext, type WrappedKey } from './key-provider.ts';
import type { KeyRing } from './key-ring.ts';

const fileKeyId = /^[A-Za-z0-9._-]+$/u;

/** Key-encryption keys of a mounted file, held in memory. */
export class FileKeyProvider extends KeyProvider {
  #ring: KeyRing;
  readonly #read: (() => KeyRing) | undefined;

  /** `read` reads the file again; absent where it can be read once only. */
  constructor(ring: KeyRing, read?: () => KeyRing) {
    super();
    this.#ring = ring;
    this.#read = read;
  }

  override placeOf(): string {
    return 'KEK_FILE';
  }

  override async activeId(): Promise<string> {
    return this.#ring.active;
  }

  override owns(kekId: string): boolean {
    return fileKeyId.test(kekId);
  }

  override refresh(): void {
    this.#ring = this.#read?.() ?? this.#ring;
  }

  override async wrap(dataKey: Buffer, context: KeyContext): Promise<WrappedKey> {
    const kekId = this.#ring.active;
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
    const key = this.#ring.keys.get(id) ?? this.#newKey(id);
    if (key === undefined)
      throw new WalletError(
        'kek_unavailable',
        `the key-encryption key "${id}" is not in KEK_FILE; put it back, or enter the config again`,
      );
    return key;
  }

  /** Another replica may have read a key from the file that is new here. */
  #newKey(id: string): Buffer | undefined {
    try {
      this.refresh();
    } catch {
      // Who watches the file tells of its faults; the keys that are known still count.
    }
    return this.#ring.keys.get(id);
  }
}

/** The key's id is bound here and not in the value, so that a new key-encryption key rewraps data keys alone. */
function bindingOf(kekId: string, context: KeyContext): string {
  return JSON.stringify(['dek-v1', kekId, ...context]);
}
