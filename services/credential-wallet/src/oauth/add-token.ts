import type { KeyProvider } from '../keys/key-provider.ts';
import type { SecretOwner } from '../secrets/envelope.ts';
import type { Vault } from '../vault/vault.ts';
import type { FreshToken } from './fresh-token.ts';
import type { OAuthClients } from './oauth-clients.ts';
import { readAccount } from './tokens.ts';

/** A config as it is delivered. */
export interface ConfigWithToken {
  readonly value: string;
  /** 0 when no token was added. */
  readonly tokenRevision: number;
  readonly tokenProperty: string;
}

export interface AddTokenParts {
  readonly vault: Vault;
  readonly keys: KeyProvider;
  readonly clients: OAuthClients;
  readonly freshToken: FreshToken;
}

/** Puts a fresh access token into the config of a connection whose plugin has an OAuth client. */
export class AddToken {
  readonly #parts: AddTokenParts;

  constructor(parts: AddTokenParts) {
    this.#parts = parts;
  }

  async add(
    { spaceId, connectionId, pluginId }: SecretOwner,
    value: string,
    rejected: number,
  ): Promise<ConfigWithToken> {
    const { vault, keys, clients, freshToken } = this.#parts;
    const client = await clients.find(pluginId);
    if (client === undefined) return { value, tokenRevision: 0, tokenProperty: '' };
    const config: unknown = JSON.parse(value);
    const fields = typeof config === 'object' && config !== null ? config : {};
    const { tokenProperty } = client;
    if (Object.hasOwn(fields, tokenProperty)) {
      // Entered by hand, and counts as long as no sign-in does.
      const { grant, tokens } = await readAccount(vault, keys, connectionId);
      if (tokens === undefined || grant?.refusal !== undefined)
        return { value, tokenRevision: 0, tokenProperty: '' };
    }
    const owner = { spaceId, connectionId, pluginId };
    const { accessToken, revision } = await freshToken.get(owner, client, rejected);
    return {
      value: JSON.stringify({ ...fields, [tokenProperty]: accessToken }),
      tokenRevision: revision,
      tokenProperty,
    };
  }
}
