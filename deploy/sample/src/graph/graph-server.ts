import { makeServerIdentity, type ServerIdentity } from '../certificate.ts';
import { SourceServer } from '../source-server.ts';
import { AccessTokens, type TokenOptions } from './requests/access-tokens.ts';
import { IdentityPlatform, type RegisteredClient } from '../login/identity-platform.ts';
import { loginHost } from '../login/login-error.ts';
import { GraphApi, type GraphFault, type SeenRequest } from './requests/graph-api.ts';
import type { Subscriptions } from './notifications/subscriptions.ts';
import type { Mailbox } from './mailbox/mailbox.ts';
import { sampleMailbox } from './mailbox/sample-mailbox.ts';

/** The host name of Microsoft Graph. */
export const graphHost = 'graph.microsoft.com';

export interface GraphServerOptions {
  readonly mailbox?: Mailbox;
  readonly port?: number;
  readonly identity?: ServerIdentity;
  /** Applications that users have consented to; their tokens are good for the account. */
  readonly clients?: readonly RegisteredClient[];
  /** Of access tokens that the identity platform gives; an hour unless given. */
  readonly accessTokenLifetimeMs?: number;
}

/** Microsoft Graph on this machine, with the identity platform, for tests: what it holds can be changed, and it can be made to fail. */
export class GraphServer {
  readonly api: GraphApi;
  readonly login: IdentityPlatform;
  readonly #server: SourceServer;

  private constructor(api: GraphApi, login: IdentityPlatform, identity: ServerIdentity) {
    this.api = api;
    this.login = login;
    this.#server = new SourceServer({ [graphHost]: api, [loginHost]: login }, identity);
  }

  static async start(options: GraphServerOptions = {}): Promise<GraphServer> {
    const { mailbox = sampleMailbox(), port, clients = [], accessTokenLifetimeMs } = options;
    const tokens = new AccessTokens();
    const login = new IdentityPlatform(tokens, {
      clients,
      ...(accessTokenLifetimeMs === undefined ? {} : { accessTokenLifetimeMs }),
    });
    const identity = options.identity ?? (await makeServerIdentity([graphHost, loginHost]));
    const server = new GraphServer(new GraphApi(mailbox, tokens), login, identity);
    await server.#server.listen(port);
    return server;
  }

  get port(): number {
    return this.#server.port;
  }

  get identity(): ServerIdentity {
    return this.#server.identity;
  }

  get mailbox(): Mailbox {
    return this.api.mailbox;
  }

  get requests(): readonly SeenRequest[] {
    return this.api.requests;
  }

  /** Who is told of changes, and what was told. */
  get subscriptions(): Subscriptions {
    return this.api.subscriptions;
  }

  issueToken(options?: TokenOptions): string {
    return this.api.tokens.issue(options);
  }

  expireTokens(): void {
    this.api.tokens.expireAll();
  }

  expireDeltaTokens(): void {
    this.mailbox.expireDeltaTokens();
  }

  meet(fault: GraphFault): void {
    this.api.meet(fault);
  }

  mend(): void {
    this.api.mend();
  }

  stop(): Promise<void> {
    this.subscriptions.stop();
    return this.#server.stop();
  }
}
