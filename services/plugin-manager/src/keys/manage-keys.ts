import type { PresentedKey } from '@made-open/nest';
import { notFound, RequestError } from '../errors.ts';
import {
  adminScopes,
  clientScopes,
  everyScope,
  makeKey,
  type ApiKey,
  type ListedKey,
} from './api-key.ts';
import type { Caller } from './authenticate.ts';
import type { ClientKeys } from './client-keys.ts';
import type { KeyStore } from './key-store.ts';
import type { Page, PageRequest } from '../page.ts';

export interface WantedKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly space_id: string;
  /** RFC 3339. */
  readonly expires_at: string;
}

const maxLifetimeDays = 731;

/** Makes and revokes keys. */
export class ManageKeys {
  readonly #keys: KeyStore;
  readonly #clients: ClientKeys;
  readonly #bootstrap: PresentedKey | undefined;

  constructor(keys: KeyStore, clients: ClientKeys, bootstrap: PresentedKey | undefined) {
    this.#keys = keys;
    this.#clients = clients;
    this.#bootstrap = bootstrap;
  }

  /** The key that the platform was set up with comes last. */
  async list(page: PageRequest): Promise<Page<ListedKey>> {
    const { data, next } = await this.#keys.list(page);
    if (this.#bootstrap === undefined || next !== undefined) return { data, next };
    if (data.length === page.limit) return { data, next: data.at(-1)?.id };
    return { data: [...data, bootstrapKey(this.#bootstrap)], next };
  }

  /** Makes a key, to be shown once. Nobody can give scopes of the admin API that they lack. */
  async create(caller: Caller, wanted: WantedKey): Promise<{ key: string; stored: ApiKey }> {
    const kind = kindOf(wanted.scopes);
    const lacking = wanted.scopes.filter((scope) => !caller.scopes.includes(scope));
    if (kind === 'admin' && lacking.length > 0)
      throw new RequestError(
        'key.scopes.forbidden',
        403,
        `your key cannot give scopes that it lacks: ${lacking.join(', ')}`,
      );
    const expiresAt = readExpiry(wanted.expires_at);
    const { id, key, hash } = makeKey();
    const { name, scopes, space_id: spaceId } = wanted;
    const added = { id, hash, name, kind, scopes, spaceId, expiresAt };
    if (kind === 'client') await this.#clients.register(added);
    await this.#keys.add(added);
    return { key, stored: await this.#find(id) };
  }

  async revoke(id: string): Promise<void> {
    if (id === this.#bootstrap?.id)
      throw new RequestError(
        'key.bootstrap.conflict',
        409,
        'the first key is set up by the operator: take BOOTSTRAP_KEY_ID out of the environment of plugin-manager and channel-gateway',
      );
    const { kind } = await this.#find(id);
    // An admin key can be revoked while the gateway is away.
    if (kind === 'client') await this.#clients.revoke(id);
    await this.#keys.remove(id);
  }

  async #find(id: string): Promise<ApiKey> {
    const found = await this.#keys.find(id);
    if (found === undefined) throw notFound('key', id);
    const { hash: _hash, ...key } = found;
    return key;
  }
}

function bootstrapKey({ id }: PresentedKey): ListedKey {
  return {
    id,
    name: 'set up with the platform',
    kind: 'admin',
    scopes: adminScopes,
    spaceId: 'default',
    lastUsedAt: undefined,
  };
}

function kindOf(scopes: readonly string[]): 'admin' | 'client' {
  const known = (list: readonly string[]): boolean => scopes.every((scope) => list.includes(scope));
  if (scopes.length > 0 && known([everyScope, ...adminScopes])) return 'admin';
  if (scopes.length > 0 && known(clientScopes)) return 'client';
  throw new RequestError(
    'key.scopes',
    422,
    `a key has scopes of the admin API (${adminScopes.join(', ')}; * for all of these) or of the public API (${clientScopes.join(', ')}), not of both`,
  );
}

function readExpiry(text: string): Date {
  const time = new Date(text);
  const latest = Date.now() + maxLifetimeDays * 86_400_000;
  if (!(time.getTime() > Date.now() && time.getTime() < latest))
    throw new RequestError(
      'key.expires_at',
      422,
      'expires_at must be a time in the future and within two years, for example 2027-01-31T00:00:00Z',
    );
  return time;
}
