import { WalletError } from '../errors.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import { decrypt, type Envelope, type SecretOwner } from '../secrets/envelope.ts';
import type { StoredSecret } from '../secrets/secret-store.ts';
import type { Vault } from '../vault/vault.ts';

/** Whose config it must be. */
export type ConfigOf = Pick<SecretOwner, 'spaceId' | 'connectionId' | 'pluginId'>;

interface Opened {
  readonly envelope: Envelope;
  readonly value: unknown;
  readonly until: number;
}

const keptMs = 60_000;
const maxKept = 500;

/**
 * One property of a config, for use within the wallet. What was opened is kept in memory for a minute, for a key service
 * asked for each webhook would be the slowest part of it; the row is read each time, and any change of it counts at once.
 */
export class UsedSecrets {
  readonly #vault: Vault;
  readonly #keys: KeyProvider;
  readonly #now: () => number;
  readonly #opened = new Map<string, Opened>();

  constructor(vault: Vault, keys: KeyProvider, now: () => number = Date.now) {
    this.#vault = vault;
    this.#keys = keys;
    this.#now = now;
  }

  /** Undefined where the config has no such property; throws where there is no config of that owner. */
  async find(of: ConfigOf, property: string): Promise<unknown> {
    const { owner, envelope } = await this.#row(of);
    const place = JSON.stringify([owner.connectionId, property]);
    const known = this.#opened.get(place);
    if (known !== undefined && known.until > this.#now() && isSame(known.envelope, envelope))
      return known.value;
    const config: unknown = JSON.parse(await decrypt(this.#keys, owner, envelope));
    const value =
      typeof config === 'object' && config !== null && Object.hasOwn(config, property)
        ? (Reflect.get(config, property) as unknown)
        : undefined;
    this.#keep(place, { envelope, value, until: this.#now() + keptMs });
    return value;
  }

  async #row({ spaceId, connectionId, pluginId }: ConfigOf): Promise<Required<HeldRow>> {
    const found = await this.#vault.transaction(({ secrets }) => secrets.find(connectionId));
    const { owner, envelope } = found ?? {};
    if (owner === undefined || envelope === undefined)
      throw new WalletError('not_found', `there is no config of ${connectionId}`);
    if (owner.spaceId !== spaceId || owner.pluginId !== pluginId)
      throw new WalletError(
        'owner_differs',
        `${connectionId} belongs to another space or plugin than ${pluginId}`,
      );
    return { owner, envelope };
  }

  #keep(place: string, opened: Opened): void {
    this.#opened.delete(place);
    for (const [other, { until }] of this.#opened)
      if (until <= this.#now() || this.#opened.size >= maxKept) this.#opened.delete(other);
    this.#opened.set(place, opened);
  }
}

interface HeldRow extends StoredSecret {
  readonly envelope: Envelope;
}

function isSame(a: Envelope, b: Envelope): boolean {
  return a.kekId === b.kekId && a.wrapped.equals(b.wrapped) && a.sealed.equals(b.sealed);
}
