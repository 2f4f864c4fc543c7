import type { WrappedKey } from '../keys/key-provider.ts';
import type { Envelope, SecretKind, SecretOwner } from './envelope.ts';

/** The newest value of a secret. */
export interface StoredSecret {
  readonly owner: SecretOwner;
  /** Absent once the connection was removed: what is left keeps a late request from bringing it back. */
  readonly envelope: Envelope | undefined;
}

/** Which secret. */
export type SecretKey = Pick<SecretOwner, 'kind' | 'connectionId'>;

/** A secret that is there. */
export interface HeldSecret {
  readonly owner: SecretOwner;
  readonly envelope: Envelope;
}

/** Encrypted values: one config for each connection, and what OAuth needs beside it. */
export abstract class SecretStore {
  abstract find(connectionId: string, kind?: SecretKind): Promise<StoredSecret | undefined>;
  /** Stores the next revision; false when another one was stored meanwhile. */
  abstract put(owner: SecretOwner, envelope: Envelope): Promise<boolean>;
  /** Erases everything of a connection; false when there is nothing. */
  abstract erase(connectionId: string): Promise<boolean>;
  /** Forgets one secret, which may be put again from revision 1. */
  abstract drop(key: SecretKey): Promise<boolean>;
  /** How many are under each key-encryption key. */
  abstract countByKey(): Promise<ReadonlyMap<string, number>>;
  /** Secrets under other keys than this one, in the order of their keys. */
  abstract notUnder(
    kekId: string,
    behind: SecretKey | undefined,
    limit: number,
  ): Promise<HeldSecret[]>;
  /** Whose secrets are under this key. */
  abstract under(kekId: string, limit: number): Promise<SecretOwner[]>;
  /** Changes the wrapping alone; false when the secret or its wrapping changed meanwhile. */
  abstract rewrap(owner: SecretOwner, from: WrappedKey, to: WrappedKey): Promise<boolean>;
}
