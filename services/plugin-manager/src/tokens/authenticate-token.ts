import { UnauthenticatedError } from '@made-open/nest';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Caller } from '../keys/authenticate.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { scopesOf } from './scopes-of.ts';
import type { TokenSettings } from './token-settings.ts';

/** What names a person, or a client, of the issuer in the audit, before the subject. */
export const subjectPrefix = 'oidc:';

/** Signatures with a public key only: with a shared secret the issuer's public key would be one. */
const algorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
/** Logout tokens and others of the same issuer and audience are no access tokens. */
const types = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);
/** Claims of ID tokens alone, which tell a client who signed in and give it no right. */
const ofIdTokens = ['at_hash', 'c_hash'];
const clockToleranceSeconds = 30;
const subject = /^[^\p{Cc}]{1,255}$/u;

/** Tells whose access token it is. */
export class AuthenticateToken {
  readonly #settings: TokenSettings;
  readonly #keys: IssuerKeys;

  constructor(settings: TokenSettings, keys: IssuerKeys) {
    this.#settings = settings;
    this.#keys = keys;
  }

  /** The caller; rejects with UnauthenticatedError that says what is wrong with the token. */
  async authenticate(token: string, now = new Date()): Promise<Caller> {
    try {
      return await this.#verify(token, now);
    } catch (error) {
      throw error instanceof errors.JOSEError ? this.#refusal(error) : error;
    }
  }

  async #verify(token: string, now: Date): Promise<Caller> {
    const { issuer, audience, scopeClaim } = this.#settings;
    // Before anything is asked of the issuer: a token of another one is of no concern to it.
    if (decodeJwt(token).iss !== issuer) throw refused(`it is not of the issuer ${issuer}`);
    const { payload, protectedHeader } = await jwtVerify(
      token,
      (header, flattened) => this.#keys.find(header, flattened),
      {
        issuer,
        audience,
        algorithms,
        currentDate: now,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['exp', 'sub'],
      },
    );
    if (!types.has(protectedHeader.typ?.toLowerCase())) throw refused('it is no access token');
    if (ofIdTokens.some((claim) => claim in payload))
      throw refused('it is an ID token: send the access token');
    return {
      keyId: `${subjectPrefix}${subjectOf(payload)}`,
      scopes: scopesOf(payload, scopeClaim),
    };
  }

  #refusal(error: errors.JOSEError): UnauthenticatedError {
    const { audience } = this.#settings;
    if (error instanceof errors.JWTExpired)
      return refused('it has expired: sign in again', 'token.expired');
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
      return refused(`it is not for the audience ${audience}`);
    if (error instanceof errors.JWTClaimValidationFailed)
      return refused(`its claim "${error.claim}" is missing or not valid`);
    if (error instanceof errors.JOSEAlgNotAllowed)
      return refused('it is signed in another way than RS256, ES256 or EdDSA');
    if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
      return refused('it cannot be read');
    return refused('it is not signed with a key of its issuer');
  }
}

function subjectOf({ sub = '' }: JWTPayload): string {
  if (!subject.test(sub)) throw refused('its claim "sub" is missing or not valid');
  return sub;
}

function refused(reason: string, code = 'token.invalid'): UnauthenticatedError {
  return new UnauthenticatedError(
    `the access token is refused: ${reason}`,
    code,
    'Bearer error="invalid_token"',
  );
}
