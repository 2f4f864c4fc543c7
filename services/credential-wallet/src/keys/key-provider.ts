/** A data key that only its key-encryption key opens. */
export interface WrappedKey {
  readonly kekId: string;
  readonly wrapped: Buffer;
}

/** Whose data key it is; must be the same when it is unwrapped. */
export type KeyContext = readonly (string | number)[];

/** Keeps the key-encryption keys: in a file of the deployment, or in a service that never gives them away. */
export abstract class KeyProvider {
  /** Where an operator finds a key. */
  abstract placeOf(kekId: string): string;
  /** Id of the key that new data keys are wrapped under; changes when the key is rotated. */
  abstract activeId(): Promise<string>;
  /** Whether a key of this id would be kept here. */
  abstract owns(kekId: string): boolean;
  /** Wraps under the active key. */
  abstract wrap(dataKey: Buffer, context: KeyContext): Promise<WrappedKey>;
  /** Throws `kek_unavailable` when the key is not there, and `secret_tampered` when it does not open. */
  abstract unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Buffer>;
  /** Looks whether the keys were changed by an operator; throws when what is there now cannot be used. */
  refresh(): void {
    // What asks a service each time has nothing to read again.
  }
}
