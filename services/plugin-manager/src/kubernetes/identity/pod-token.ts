import { createLocalJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { PodRefusedError } from '../../errors.ts';
import { tokenAudience } from '../names.ts';
import type { TokenKeys, TokenKeySource } from './token-keys.ts';

/** Whose token it is. */
export interface TokenOwner {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly podName: string;
  readonly podUid: string;
}

/** Signatures with a public key only. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const clockToleranceSeconds = 30;
const maxAgeMs = 600_000;
/** Between two looks for a key that is not known: tokens of anybody make this look. */
const pauseMs = 5000;

/** Checks tokens of service accounts with the API server's public keys, and needs no right on tokens for that. */
export class PodTokens {
  readonly #source: TokenKeySource;
  readonly #now: () => number;
  #known: { readonly keys: TokenKeys; readonly atMs: number } | undefined;

  constructor(source: TokenKeySource, now: () => number = Date.now) {
    this.#source = source;
    this.#now = now;
  }

  /** Rejects with PodRefusedError when it is no token of a pod for plugin-manager. */
  async owner(token: string): Promise<TokenOwner> {
    try {
      return ownerOf(await this.#verify(token, await this.#keys(maxAgeMs)));
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw refusal(error);
    }
    // The API server may have begun to sign with another key.
    try {
      return ownerOf(await this.#verify(token, await this.#keys(pauseMs)));
    } catch (error) {
      throw refusal(error);
    }
  }

  async #verify(token: string, { issuer, keys }: TokenKeys): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: tokenAudience,
      algorithms,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(this.#now()),
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  }

  async #keys(oldestMs: number): Promise<TokenKeys> {
    if (this.#known !== undefined && this.#now() - this.#known.atMs < oldestMs)
      return this.#known.keys;
    const keys = await this.#source.read();
    this.#known = { keys, atMs: this.#now() };
    return keys;
  }
}

function ownerOf(payload: JWTPayload): TokenOwner {
  const claims = recordOf(payload['kubernetes.io']);
  const pod = recordOf(claims['pod']);
  const account = recordOf(claims['serviceaccount']);
  const { namespace } = claims;
  if (
    typeof namespace !== 'string' ||
    typeof pod['name'] !== 'string' ||
    typeof pod['uid'] !== 'string' ||
    typeof account['name'] !== 'string'
  )
    throw new PodRefusedError('its token is bound to no pod');
  return {
    namespace,
    serviceAccount: account['name'],
    podName: pod['name'],
    podUid: pod['uid'],
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** An API server that does not answer is no fault of the pod. */
function refusal(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error;
  const reason =
    error instanceof errors.JWTExpired ? 'its token has expired' : 'its token is not valid';
  return new PodRefusedError(reason, { cause: error });
}
