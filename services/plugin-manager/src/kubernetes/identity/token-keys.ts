import type { JSONWebKeySet } from 'jose';

/** What an API server signs tokens of service accounts with. */
export interface TokenKeys {
  readonly issuer: string;
  readonly keys: JSONWebKeySet;
}

/** Where the keys of service account tokens come from. */
export abstract class TokenKeySource {
  abstract read(): Promise<TokenKeys>;
}
