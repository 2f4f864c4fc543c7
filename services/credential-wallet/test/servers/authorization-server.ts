import { makeCertificate, TestBrowser } from '@made-open/testing';
import { Provider } from 'oidc-provider';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

export const host = 'login.example.com';
export const redirectUrl = 'http://127.0.0.1:4101/oauth/callback';
export const secrets = { web: 'web-client-secret-marker', machine: 'machine-client-secret-marker' };

/** The OpenID-certified `oidc-provider`, with rotating refresh tokens: one that is used again ends the whole sign-in. */
export class AuthorizationServer {
  readonly provider: Provider;
  /** Grant types that were asked for at the token endpoint and given. */
  readonly given: string[] = [];
  /** Grant types and errors of those that were refused. */
  readonly refused: string[] = [];
  /** How long an access token is good. */
  accessTokenSeconds = 3600;
  readonly ca: string;
  readonly #server: Server;
  readonly #grantIds = new Set<string>();

  private constructor(server: Server, ca: string) {
    this.#server = server;
    this.ca = ca;
    this.provider = makeProvider(() => this.accessTokenSeconds);
    this.provider.on('grant.success', (context) =>
      this.given.push(String(context.oidc.params?.['grant_type'])),
    );
    this.provider.on('grant.error', (context, error) =>
      this.refused.push(`${String(context.oidc.params?.['grant_type'])}: ${error.message}`),
    );
    this.provider.on('refresh_token.saved', ({ grantId }) => {
      if (grantId !== undefined) this.#grantIds.add(grantId);
    });
    server.on('request', (incoming, response) => void this.provider.callback()(incoming, response));
  }

  static async start(): Promise<AuthorizationServer> {
    const { certificate, key } = await makeCertificate(host);
    const server = createServer({ cert: certificate, key });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AuthorizationServer(server, certificate);
  }

  /** As EGRESS_OVERRIDES_FILE has it. */
  get overrides(): string {
    return JSON.stringify({
      [`${host}:443`]: { address: '127.0.0.1', port: this.#port, ca: this.ca },
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Does what a person does in the browser: signs in, consents; gives what the browser would take to the callback. */
  async signIn(authorizationUrl: string): Promise<URLSearchParams> {
    const browser = new TestBrowser({ host, port: this.#port, ca: this.ca });
    return (await browser.signIn(new URL(authorizationUrl), redirectUrl, 'ada')).searchParams;
  }

  /** The person takes back what was allowed, for all clients. */
  async revokeAll(): Promise<void> {
    for (const grantId of this.#grantIds) await this.provider.RefreshToken.revokeByGrantId(grantId);
  }

  get #port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server is closed');
    return address.port;
  }
}

function makeProvider(accessTokenSeconds: () => number): Provider {
  return new Provider(`https://${host}`, {
    clients: [
      {
        client_id: 'web',
        client_secret: secrets.web,
        redirect_uris: [redirectUrl],
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
      {
        client_id: 'machine',
        client_secret: secrets.machine,
        redirect_uris: [],
        grant_types: ['client_credentials'],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', 'offline_access', 'contacts.read'],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: () => Promise.resolve(true),
    cookies: { keys: ['a key of this test'] },
    ttl: {
      AccessToken: accessTokenSeconds,
      RefreshToken: 86_400,
      Session: 60,
      Grant: 86_400,
      Interaction: 60,
      IdToken: 60,
      ClientCredentials: 3600,
    },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  });
}
