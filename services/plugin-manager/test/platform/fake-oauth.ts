import { open, readSealingPrivateKey } from '@made-open/bus';
import { WalletService, type OAuthClient } from '@made-open/contracts';
import type { FakeService } from './fake-service.ts';

const { putOAuthClient, getOAuthClient, deleteOAuthClient, startAuthorization } =
  WalletService.method;

/** The wallet's part of OAuth: clients by plugin, with their secrets as they were sealed. */
export function answerOAuth(
  wallet: FakeService,
  sealingKey: string,
): Map<string, { client: OAuthClient | undefined; secret: string | undefined }> {
  const clients = new Map<
    string,
    { client: OAuthClient | undefined; secret: string | undefined }
  >();
  wallet.on(putOAuthClient, async ({ pluginId, client, secret, keepSecret }) => {
    const key = await readSealingPrivateKey(sealingKey);
    const info = ['madeopen-oauth-client-put-v1', pluginId];
    const given = secret === undefined ? undefined : await open(key, info, secret);
    clients.set(pluginId, {
      client,
      secret: keepSecret ? clients.get(pluginId)?.secret : given,
    });
    return {};
  });
  wallet.on(getOAuthClient, ({ pluginId }) => {
    const { client, secret } = clients.get(pluginId) ?? { client: undefined, secret: undefined };
    return client === undefined ? {} : { client, hasSecret: secret !== undefined };
  });
  wallet.on(deleteOAuthClient, ({ pluginId }) => {
    clients.delete(pluginId);
    return {};
  });
  wallet.on(startAuthorization, ({ connectionId, pluginId }) => ({
    authorizationUrl: `${clients.get(pluginId)?.client?.authorizationUrl ?? ''}?state=${connectionId}`,
  }));
  return clients;
}
