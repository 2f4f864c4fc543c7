import type { Egress, EgressResponse } from '@made-open/egress';
import {
  applyAuth,
  credentialLookup,
  credentialsMissing,
  needsToken,
  readAuth,
  signed,
  withToken,
  type AuthPorts,
  type AuthRequest,
  type TokenAuth,
} from '@made-open/http-manifest';
import type { Manifest } from '@made-open/manifest';
import { createHash } from 'node:crypto';
import type { OutwardRequest } from '../http/effect-guard.ts';
import type { WantedRequest } from '../http/wanted-request.ts';
import type { AccessTokens, HeldToken } from './access-tokens.ts';
import { askForToken } from './ask-for-token.ts';
import { authRequestOf, otherHeaders, textHeaders, wantedRequestOf } from './auth-request.ts';
import { CredentialHandles } from './credential-handles.ts';
import { EchoMask, hideEchoes } from './hide-echoes.ts';
import { nodeCrypto } from './node-crypto.ts';

type Values = Readonly<Record<string, unknown>>;
type Send = (request: OutwardRequest) => Promise<EgressResponse>;

export interface ManifestAuthOptions {
  readonly manifest: Pick<Manifest, 'configSchema'>;
  readonly config: Values;
  readonly connectionId: string;
  readonly tokens: AccessTokens;
  /** Asks for tokens; under the same grants as everything else. */
  readonly egress: Pick<Egress, 'request'>;
  /** Hears of values that must not show. */
  readonly learn: (values: Values) => void;
  readonly signal: AbortSignal;
}

/** Proves who asks, for the requests of an HTTP manifest: its sandbox has handles and no credential. */
export class ManifestAuth {
  readonly #options: ManifestAuthOptions;
  readonly #handles: CredentialHandles;
  readonly #ports: AuthPorts;
  readonly #learned = new Set<string>();
  readonly #missing: readonly string[];

  constructor(options: ManifestAuthOptions) {
    const { manifest, config } = options;
    this.#options = options;
    this.#handles = new CredentialHandles(manifest.configSchema, config);
    this.#ports = { lookup: credentialLookup(config), crypto: nodeCrypto };
    this.#missing = missingOf(manifest.configSchema, config);
  }

  /** What the sandbox gets. */
  get config(): Values {
    return this.#handles.config;
  }

  /** Throws where the connection lacks one: nothing is rendered or sent then. */
  checkComplete(): void {
    if (this.#missing.length > 0) throw credentialsMissing(this.#missing);
  }

  /** With credentials where they belong; of what is signed or has a token, that comes last. */
  dressed(wanted: WantedRequest): WantedRequest {
    const auth = readAuth(wanted.auth);
    this.checkComplete();
    const bounds = { maxRedirects: 0, ...wanted.bounds };
    const filled = this.#handles.filled({ ...wanted, bounds });
    const request = authRequestOf(filled);
    if (request === undefined) return filled;
    return wantedRequestOf(applyAuth(auth, this.#ports, request), filled);
  }

  /** Sends it, once more with another token where the provider refuses the one that it left with: it has done nothing then. */
  async send(request: OutwardRequest, wanted: WantedRequest, send: Send): Promise<EgressResponse> {
    if (request.pass === undefined) return this.#shown(await this.#proven(request, wanted, send));
    const echoes = new EchoMask(() => this.#secrets, request.pass);
    const pass = (part: Uint8Array): Promise<void> => echoes.write(part);
    const response = await this.#proven({ ...request, pass }, wanted, send);
    await echoes.end();
    return this.#shown(response);
  }

  async #proven(
    request: OutwardRequest,
    wanted: WantedRequest,
    send: Send,
  ): Promise<EgressResponse> {
    const auth = readAuth(wanted.auth);
    // The guard knows a request by where it goes, which a signature or a token in its query must not change.
    const placed = { ...request, place: wanted.url };
    if (auth.scheme === 'hmac') {
      const rawBody = request.body ?? new Uint8Array();
      const signing = { ...this.#ports, rawBody, now: Date.now() };
      return send(changed(placed, (plain) => signed(auth, plain, signing)));
    }
    return needsToken(auth) ? this.#withToken(auth, placed, send) : send(placed);
  }

  async #withToken(auth: TokenAuth, request: OutwardRequest, send: Send): Promise<EgressResponse> {
    const key = this.#keyOf(auth);
    const first = await this.#token(key, auth);
    const response = await send(changed(request, (plain) => withToken(auth, first.token, plain)));
    if (response.status !== 401) return response;
    this.#options.tokens.refuse(key, first);
    const second = await this.#token(key, auth);
    return send(changed(request, (plain) => withToken(auth, second.token, plain)));
  }

  async #token(key: string, auth: TokenAuth): Promise<HeldToken> {
    const { egress, signal, tokens, config } = this.#options;
    const held = await tokens.of(key, (rotated) =>
      askForToken(auth, { ...this.#ports, config, egress, signal, rotated }),
    );
    if (!this.#learned.has(held.token)) {
      this.#learned.add(held.token);
      this.#options.learn({ accessToken: held.token });
    }
    return held;
  }

  /** Another config of the connection, or another way to ask, is another token. */
  #keyOf(auth: TokenAuth): string {
    const { connectionId, config } = this.#options;
    return createHash('sha256')
      .update(JSON.stringify([connectionId, auth, config]))
      .digest('hex');
  }

  #shown(response: EgressResponse): EgressResponse {
    return hideEchoes(this.#secrets, response);
  }

  get #secrets(): unknown {
    return [this.#handles.values, [...this.#learned]];
  }
}

/** The request with other headers and another URL. */
function changed(
  request: OutwardRequest,
  change: (plain: AuthRequest) => AuthRequest,
): OutwardRequest {
  const { url, method = 'GET', headers = {} } = request;
  if (typeof url !== 'string') return request;
  const plain = change({ method, url, headers: textHeaders(headers) });
  return { ...request, url: plain.url, headers: { ...otherHeaders(headers), ...plain.headers } };
}

/** Credentials that the schema wants and nobody gave. */
function missingOf(schema: Values, config: Values): string[] {
  const { required, properties } = { required: undefined, properties: undefined, ...schema };
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  const described: Values = isRecord(properties) ? properties : {};
  return names
    .filter((name) => typeof name === 'string')
    .filter((name) => isRecord(described[name]) && described[name]['writeOnly'] === true)
    .filter((name) => config[name] === undefined || config[name] === '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
