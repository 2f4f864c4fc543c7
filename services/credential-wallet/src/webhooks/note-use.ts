import type { AuditAction } from '../audit/audit-entry.ts';
import type { Vault } from '../vault/vault.ts';

/** One use of a secret that stays in the wallet. */
export interface SecretUse {
  readonly spaceId: string;
  /** Service or plugin. */
  readonly who: string;
  readonly action: AuditAction;
  readonly connectionId: string;
  /** Few words that are the same each time. */
  readonly outcome: string;
}

interface Counted {
  readonly since: number;
  readonly uses: number;
}

const quietMs = 3_600_000;

/**
 * Notes uses in the audit so that nobody can fill it: of each kind and connection the first at once, and then one entry
 * with their number when an hour has passed.
 */
export class NoteUse {
  readonly #vault: Vault;
  readonly #now: () => number;
  readonly #counted = new Map<string, Counted>();

  constructor(vault: Vault, now: () => number = Date.now) {
    this.#vault = vault;
    this.#now = now;
  }

  async note({ outcome, ...use }: SecretUse): Promise<void> {
    const place = JSON.stringify([use.connectionId, use.action, outcome]);
    const known = this.#counted.get(place);
    const now = this.#now();
    if (known !== undefined && now - known.since < quietMs) {
      this.#counted.set(place, { ...known, uses: known.uses + 1 });
      return;
    }
    this.#forgetOld(now);
    this.#counted.set(place, { since: now, uses: 0 });
    const before = known === undefined || known.uses === 0 ? '' : `, ${String(known.uses)} before`;
    const entry = { ...use, outcome: outcome + before };
    await this.#vault
      .transaction(({ audit }) => audit.append(entry))
      .catch((error: unknown) => {
        // It is not noted, so the next one must be.
        this.#counted.delete(place);
        throw error;
      });
  }

  /** What nobody has used for long; those with something to tell are told by their next use. */
  #forgetOld(now: number): void {
    for (const [place, { since, uses }] of this.#counted)
      if (now - since >= (uses === 0 ? quietMs : 24 * quietMs)) this.#counted.delete(place);
  }
}
