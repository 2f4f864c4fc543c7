import type { Envelope, SecretOwner } from './envelope.ts';

/** The newest config of a connection. */
export interface StoredSecret {
  readonly owner: SecretOwner;
  /** Absent once the connection was removed: what is left keeps a late request from bringing it back. */
  readonly envelope: Envelope | undefined;
}

/** Encrypted configs, one for each connection. */
export abstract class SecretStore {
  abstract find(connectionId: string): Promise<StoredSecret | undefined>;
  /** Stores the next revision; false when another one was stored meanwhile. */
  abstract put(owner: SecretOwner, envelope: Envelope): Promise<boolean>;
  /** Erases the value; false when there is none. */
  abstract erase(connectionId: string): Promise<boolean>;
}
