import type { Secrets } from './installation-secrets.ts';

/** Where an installation keeps its secrets. */
export abstract class SecretStore {
  abstract read(): Promise<Secrets>;
  /** Writes these whole; others stay. */
  abstract write(secrets: Secrets): Promise<void>;
}
