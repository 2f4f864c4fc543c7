import { Egress, type EgressOptions } from '@made-open/egress';
import { parseGrant } from '@made-open/manifest';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type RemoteJWKSet,
} from 'jose';
import { IssuerError } from '../errors.ts';
import { IssuerKeys } from './issuer-keys.ts';

const limits = { totalMs: 5000, wireBytes: 256 * 1024, bodyBytes: 256 * 1024 };
/** Between two looks, also of failed ones: tokens of anybody make the service look. */
const pauseMs = 5000;
const maxAgeMs = 600_000;

/** How the world is reached, as the operator says it. */
export type Reach = Pick<EgressOptions, 'overrides' | 'proxy'>;

/** Found over HTTPS by OpenID Connect Discovery; looked for again when they are old, and when a token names another. */
export class HttpIssuerKeys extends IssuerKeys {
  readonly #issuer: string;
  readonly #reach: () => Reach;
  readonly #nowMs: () => number;
  #keys: RemoteJWKSet | undefined;
  #finding: Promise<RemoteJWKSet> | undefined;
  #failed: { readonly error: unknown; readonly untilMs: number } | undefined;

  constructor(issuer: string, reach: () => Reach, nowMs = (): number => Date.now()) {
    super();
    this.#issuer = issuer;
    this.#reach = reach;
    this.#nowMs = nowMs;
  }

  override async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    try {
      const keys = await this.#current();
      return await keys(header, token);
    } catch (error) {
      throw isOfToken(error) ? error : new IssuerError(this.#issuer, error);
    }
  }

  async #current(): Promise<RemoteJWKSet> {
    if (this.#keys?.fresh === true) return this.#keys;
    this.#finding ??= this.#unlessFailed(() => this.#discover()).finally(
      () => (this.#finding = undefined),
    );
    return this.#finding;
  }

  async #discover(): Promise<RemoteJWKSet> {
    const place = `${this.#issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`;
    const found: unknown = await (await this.#get(new URL(place))).json();
    const { issuer, jwks_uri: keysAt } = { issuer: '', jwks_uri: '', ...objectOf(found) };
    if (issuer !== this.#issuer || typeof keysAt !== 'string')
      throw new TypeError(`${place} describes another issuer, or names no jwks_uri`);
    const keys = createRemoteJWKSet(new URL(keysAt), {
      cooldownDuration: pauseMs,
      cacheMaxAge: maxAgeMs,
      [customFetch]: (url) => this.#unlessFailed(() => this.#keySet(new URL(url))),
    });
    await keys.reload();
    this.#keys = keys;
    return keys;
  }

  /** Whatever is wrong with the answer, it is asked for again only after the pause. */
  async #unlessFailed<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failed !== undefined && this.#nowMs() < this.#failed.untilMs)
      throw this.#failed.error;
    try {
      return await work();
    } catch (error) {
      this.#failed = { error, untilMs: this.#nowMs() + pauseMs };
      throw error;
    }
  }

  async #keySet(url: URL): Promise<Response> {
    const answer = await this.#get(url);
    const { keys } = { keys: undefined, ...objectOf(await answer.clone().json()) };
    if (!Array.isArray(keys)) throw new TypeError(`${url.href} is no key set`);
    return answer;
  }

  async #get(url: URL): Promise<Response> {
    const egress = new Egress({
      grants: [parseGrant(`network:outbound:${url.host}`)],
      ...this.#reach(),
      limits,
    });
    try {
      const { status, body } = await egress.request({ url: url.href, redirect: 'error' });
      if (status !== 200) throw new TypeError(`${url.href} answers with status ${String(status)}`);
      return new Response(Buffer.from(body));
    } finally {
      egress.close();
    }
  }
}

function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
  );
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
