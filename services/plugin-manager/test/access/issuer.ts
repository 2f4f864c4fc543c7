import 'reflect-metadata';
import { makeCertificate, TestBrowser } from '@made-open/testing';
import { Provider } from 'oidc-provider';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export const issuer = 'https://login.example.com';
export const audience = 'https://admin.made-open.example';
const host = 'login.example.com';
const callback = 'https://console.made-open.example/callback';
const secret = 'machine-client-secret';

/** The OpenID-certified `oidc-provider`, over TLS, whose access tokens are JWTs. */
export class Issuer {
  /** When access tokens end, from now on. */
  tokenEndsInSeconds = 600;
  /** Requests so far. */
  asked = 0;
  /** The answer to all requests, instead of what an issuer would say. */
  fixedAnswer: string | undefined;
  #provider: Provider | undefined;
  readonly #server: Server;
  readonly #ca: string;

  private constructor(server: Server, ca: string) {
    this.#server = server;
    this.#ca = ca;
    server.on('request', (incoming, response) => {
      this.asked++;
      if (this.fixedAnswer !== undefined) response.end(this.fixedAnswer);
      else if (this.#provider === undefined) response.writeHead(503).end();
      else void this.#provider.callback()(incoming, response);
    });
  }

  static async start(): Promise<Issuer> {
    const { certificate, key } = await makeCertificate(host);
    const server = createServer({ cert: certificate, key });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const started = new Issuer(server, certificate);
    await started.rotate();
    return started;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Signs with a new key from now on; the old one is gone. */
  async rotate(alg: 'RS256' | 'ES256' | 'EdDSA' = 'RS256'): Promise<void> {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = randomBytes(8).toString('hex');
    const key = { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' };
    this.#provider = makeProvider(key, alg, () => this.tokenEndsInSeconds);
  }

  /** Answers nothing but 503. */
  goAway(): void {
    this.#provider = undefined;
  }

  /** A file that leads the issuer's host to this machine. */
  overrides(folder: string): string {
    const path = join(folder, 'overrides.json');
    const { port } = this.#server.address() as AddressInfo;
    writeFileSync(join(folder, 'issuer.pem'), this.#ca);
    const entry = { address: '127.0.0.1', port, ca_file: 'issuer.pem' };
    writeFileSync(path, JSON.stringify({ [`${host}:443`]: entry }));
    return path;
  }

  /** An access token of a program, with its own client. */
  async machineToken(scope: string, resource = audience): Promise<string> {
    const form = { grant_type: 'client_credentials', scope, resource };
    return this.#token({ ...form, client_id: 'machine', client_secret: secret });
  }

  /** An access token of a person who signs in at a browser, with PKCE. */
  async personToken(login: string, scope: string): Promise<string> {
    const verifier = randomBytes(32).toString('base64url');
    const url = new URL(`${issuer}/auth`);
    const parameters = {
      client_id: 'console',
      response_type: 'code',
      redirect_uri: callback,
      scope: `openid ${scope}`,
      resource: audience,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const code = (await this.#browser.signIn(url, callback, login)).searchParams.get('code') ?? '';
    return this.#token({
      grant_type: 'authorization_code',
      client_id: 'console',
      redirect_uri: callback,
      code,
      code_verifier: verifier,
      resource: audience,
    });
  }

  async #token(form: Record<string, string>): Promise<string> {
    const body = new URLSearchParams(form).toString();
    const { page } = await this.#browser.visit(new URL(`${issuer}/token`), body);
    const { access_token: token } = JSON.parse(page) as { access_token?: string };
    if (token === undefined) throw new Error(page);
    return token;
  }

  get #browser(): TestBrowser {
    const { port } = this.#server.address() as AddressInfo;
    return new TestBrowser({ host, port, ca: this.#ca });
  }
}

function makeProvider(key: JWK, alg: 'RS256' | 'ES256' | 'EdDSA', seconds: () => number): Provider {
  const scope = 'admin:plugins:read admin:runs:read admin:keys:write data:read';
  return new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: 'machine',
        client_secret: secret,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: alg,
      },
      {
        client_id: 'console',
        redirect_uris: [callback],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: alg,
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope,
          audience: resource,
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg } },
        }),
      },
    },
    formats: {
      customizers: {
        // No provider makes a token that has expired already.
        jwt: (_, __, parts) => {
          parts.payload['exp'] = Math.floor(Date.now() / 1000) + seconds();
        },
      },
    },
    cookies: { keys: ['a key of this test'] },
    ttl: { Session: 60, Grant: 600, Interaction: 60, IdToken: 60 },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  });
}
