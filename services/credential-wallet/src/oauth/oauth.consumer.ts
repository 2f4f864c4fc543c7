import {
  OAuthFlow,
  WalletService,
  type CompleteAuthorizationRequest,
  type DeleteOAuthClientRequest,
  type GetOAuthClientRequest,
  type OAuthClient as WireClient,
  type PutOAuthClientRequest,
  type StartAuthorizationRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { WalletError } from '../errors.ts';
import { Authorize } from './authorize.ts';
import type { OAuthClient } from './oauth-client.ts';
import { OAuthClients } from './oauth-clients.ts';

const defaultTokenProperty = 'accessToken';

@Controller()
export class OAuthConsumer {
  constructor(
    @Inject(OAuthClients) private readonly clients: OAuthClients,
    @Inject(Authorize) private readonly authorization: Authorize,
  ) {}

  @OnCall(WalletService.method.putOAuthClient)
  async put({ pluginId, client, secret, keepSecret }: PutOAuthClientRequest): Promise<object> {
    await this.clients.put({ pluginId, client: read(client), secret, keepSecret });
    return {};
  }

  @OnCall(WalletService.method.getOAuthClient)
  async get({ pluginId }: GetOAuthClientRequest): Promise<object> {
    const found = await this.clients.find(pluginId);
    if (found === undefined) return {};
    const { secret, flow, scopes, authentication, ...rest } = found;
    const client = {
      ...rest,
      scopes: [...scopes],
      flow:
        flow === 'authorization_code' ? OAuthFlow.AUTHORIZATION_CODE : OAuthFlow.CLIENT_CREDENTIALS,
      clientAuthentication: authentication,
    };
    return { client, hasSecret: secret !== undefined };
  }

  @OnCall(WalletService.method.deleteOAuthClient)
  async remove({ pluginId }: DeleteOAuthClientRequest): Promise<object> {
    await this.clients.remove(pluginId);
    return {};
  }

  @OnCall(WalletService.method.startAuthorization)
  async start({ spaceId, connectionId, pluginId }: StartAuthorizationRequest): Promise<object> {
    const owner = { spaceId, connectionId, pluginId };
    return { authorizationUrl: await this.authorization.start(owner) };
  }

  @OnCall(WalletService.method.completeAuthorization)
  async complete({ state, code, error }: CompleteAuthorizationRequest): Promise<object> {
    return { connectionId: await this.authorization.complete({ state, code, error }) };
  }
}

function read(client: WireClient | undefined): OAuthClient {
  if (client === undefined || client.flow === OAuthFlow.UNSPECIFIED)
    throw new WalletError('invalid_request', 'the client has no flow');
  const { clientId, authorizationUrl, tokenUrl, scopes, clientAuthentication } = client;
  return {
    flow:
      client.flow === OAuthFlow.CLIENT_CREDENTIALS ? 'client_credentials' : 'authorization_code',
    clientId,
    authorizationUrl,
    tokenUrl,
    scopes: [...scopes],
    tokenProperty: client.tokenProperty || defaultTokenProperty,
    authentication: clientAuthentication === 'post' ? 'post' : 'basic',
  };
}
