import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose';

/** The keys that an issuer signs with now. */
export abstract class IssuerKeys {
  /** Rejects with an error of `jose` when none of them is the token's, with IssuerError when nobody can tell. */
  abstract find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey>;
}
