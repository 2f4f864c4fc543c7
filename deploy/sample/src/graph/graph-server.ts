import { makeServerIdentity, type ServerIdentity } from '../certificate.ts';
import { SourceServer } from '../source-server.ts';
import { AccessTokens, type TokenOptions } from './access-tokens.ts';
import { GraphApi, type GraphFault, type SeenRequest } from './graph-api.ts';
import type { Mailbox } from './mailbox.ts';
import { sampleMailbox } from './sample-mailbox.ts';

/** The host name of Microsoft Graph. */
export const graphHost = 'graph.microsoft.com';

export interface GraphServerOptions {
  readonly mailbox?: Mailbox;
  readonly port?: number;
  readonly identity?: ServerIdentity;
}

/** Microsoft Graph on this machine, for tests: what it holds can be changed, and it can be made to fail. */
export class GraphServer {
  readonly api: GraphApi;
  readonly #server: SourceServer;

  private constructor(api: GraphApi, server: SourceServer) {
    this.api = api;
    this.#server = server;
  }

  static async start(options: GraphServerOptions = {}): Promise<GraphServer> {
    const { mailbox = sampleMailbox(), port, identity } = options;
    const api = new GraphApi(mailbox, new AccessTokens());
    const server = new SourceServer(
      { [graphHost]: api },
      identity ?? (await makeServerIdentity([graphHost])),
    );
    await server.listen(port);
    return new GraphServer(api, server);
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
    return this.#server.stop();
  }
}
