import { seal, type Bus } from '@made-open/bus';
import { OAuthFlow, WalletService } from '@made-open/contracts';
import {
  Accounts,
  type AccountClient,
  type StoredAccountClient,
  type WantedSecret,
} from './account-client.ts';

const flows = {
  authorization_code: OAuthFlow.AUTHORIZATION_CODE,
  client_credentials: OAuthFlow.CLIENT_CREDENTIALS,
} as const;
/** The wallet may have to ask an authorization server first. */
const authorizeTimeoutMs = 15_000;

/** The credential-wallet. A secret crosses NATS only sealed to the wallet's key. */
export class WalletAccounts extends Accounts {
  readonly #bus: Bus;
  readonly #walletKey: Uint8Array;

  constructor(bus: Bus, walletKey: Uint8Array) {
    super();
    this.#bus = bus;
    this.#walletKey = walletKey;
  }

  override async put(pluginId: string, client: AccountClient, wanted: WantedSecret): Promise<void> {
    const value = 'value' in wanted ? wanted.value : null;
    const info = ['madeopen-oauth-client-put-v1', pluginId];
    await this.#bus.call(WalletService.method.putOAuthClient, {
      pluginId,
      client: { ...client, scopes: [...client.scopes], flow: flows[client.flow] },
      keepSecret: 'keep' in wanted,
      ...(value === null ? {} : { secret: await seal(this.#walletKey, info, value) }),
    });
  }

  override async find(pluginId: string): Promise<StoredAccountClient | undefined> {
    const { client, hasSecret } = await this.#bus.call(WalletService.method.getOAuthClient, {
      pluginId,
    });
    if (client === undefined) return undefined;
    const { clientId, authorizationUrl, tokenUrl, scopes, tokenProperty } = client;
    return {
      hasSecret,
      client: {
        flow:
          client.flow === OAuthFlow.CLIENT_CREDENTIALS
            ? 'client_credentials'
            : 'authorization_code',
        clientId,
        authorizationUrl,
        tokenUrl,
        scopes,
        tokenProperty,
        clientAuthentication: client.clientAuthentication === 'post' ? 'post' : 'basic',
      },
    };
  }

  override async remove(pluginId: string): Promise<void> {
    await this.#bus.call(WalletService.method.deleteOAuthClient, { pluginId });
  }

  override async authorize(owner: {
    readonly spaceId: string;
    readonly connectionId: string;
    readonly pluginId: string;
  }): Promise<string> {
    const { authorizationUrl } = await this.#bus.call(
      WalletService.method.startAuthorization,
      { ...owner },
      { timeoutMs: authorizeTimeoutMs },
    );
    return authorizationUrl;
  }
}
