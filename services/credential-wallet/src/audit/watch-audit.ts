import type { Logger } from '@made-open/nest';
import type { Vault } from '../vault/vault.ts';
import { verifyAudit } from './verify-audit.ts';

const everyMs = 24 * 3_600_000;

/**
 * Checks the audit at the start and every day. It writes the heads to the log: who can rewrite a whole chain in the
 * database cannot change what the log of that day says of it.
 */
export class WatchAudit {
  readonly #vault: Vault;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(vault: Vault, logger: Logger) {
    this.#vault = vault;
    this.#logger = logger;
  }

  start(): void {
    const look = (): void => {
      this.#busy = this.#look().catch((error: unknown) =>
        this.#logger.warn('the audit could not be checked', { error }),
      );
    };
    this.#timer = setInterval(look, everyMs);
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
  }

  async #look(): Promise<void> {
    for (const { spaceId, head, brokenAt } of await verifyAudit(this.#vault)) {
      const fields = { spaceId, sequence: head.sequence, hash: head.hash };
      if (brokenAt === undefined) this.#logger.info('the audit is whole', fields);
      else this.#logger.error('the audit was tampered with', { ...fields, brokenAt });
    }
  }
}
