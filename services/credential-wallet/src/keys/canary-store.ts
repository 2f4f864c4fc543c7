import type { WrappedKey } from './key-provider.ts';

/** One wrapped key for each key-encryption key ever used: it shows whether that key is still there and the same. */
export abstract class CanaryStore {
  abstract list(): Promise<WrappedKey[]>;
  /** Keeps the one that is there. */
  abstract add(canary: WrappedKey): Promise<void>;
}
