import type { ManifestOAuth } from '@made-open/manifest';
import { notFound, RequestError } from '../errors.ts';
import { findPlugin, referenceVersion } from '../plugins/change-plugin.ts';
import { manifestOf } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import {
  accountOf,
  type AccountClient,
  type Accounts,
  type OAuthFlowName,
  type StoredAccountClient,
} from './account-client.ts';

export interface WantedClient {
  readonly client_id: string;
  /** Left out it stays; null is a public client. */
  readonly client_secret?: string | null;
  readonly flow?: OAuthFlowName;
  readonly authorization_url?: string;
  readonly token_url?: string;
  readonly scopes?: readonly string[];
  readonly token_property?: string;
  readonly client_authentication?: 'basic' | 'post';
}

export interface AccountClientView {
  readonly plugin_id: string;
  readonly flow: OAuthFlowName;
  readonly client_id: string;
  readonly has_secret: boolean;
  readonly authorization_url: string;
  readonly token_url: string;
  readonly scopes: readonly string[];
  readonly token_property: string;
  readonly client_authentication: 'basic' | 'post';
}

/**
 * Stores what an operator registered at the source. What is left out is taken from the manifest now, and fixed: a later
 * version of the plugin cannot have the secret sent elsewhere.
 */
export async function configureAccountClient(
  plugins: PluginStore,
  accounts: Accounts,
  pluginId: string,
  wanted: WantedClient,
): Promise<AccountClientView> {
  const plugin = await findPlugin(plugins, pluginId);
  const reference = await referenceVersion(plugins, plugin);
  const manifest = reference === undefined ? undefined : manifestOf(reference).oauth;
  const client = clientOf(wanted, manifest);
  const { client_secret: secret } = wanted;
  await accounts.put(pluginId, client, secret === undefined ? { keep: true } : { value: secret });
  await plugins.setAccount(pluginId, accountOf(client));
  return findAccountClient(accounts, pluginId);
}

/** Forgets the client; from now on connections live by what is in their config. */
export async function removeAccountClient(
  plugins: PluginStore,
  accounts: Accounts,
  pluginId: string,
): Promise<void> {
  await accounts.remove(pluginId);
  await plugins.setAccount(pluginId, undefined);
}

/** What counts when neither the operator nor the manifest says something else. */
type Usual = Required<Pick<ManifestOAuth, 'flow' | 'scopes' | 'tokenProperty'>>;
const usual: Usual = { flow: 'authorization_code', scopes: [], tokenProperty: 'accessToken' };

function clientOf(wanted: WantedClient, manifest: ManifestOAuth | undefined): AccountClient {
  const otherwise: Partial<ManifestOAuth> & Usual = { ...usual, ...manifest };
  const flow = wanted.flow ?? otherwise.flow;
  const authorizationUrl = wanted.authorization_url ?? otherwise.authorizationUrl;
  return {
    flow,
    clientId: wanted.client_id,
    authorizationUrl:
      flow === 'client_credentials' ? '' : given('authorization_url', authorizationUrl),
    tokenUrl: given('token_url', wanted.token_url ?? otherwise.tokenUrl),
    scopes: wanted.scopes ?? otherwise.scopes,
    tokenProperty: wanted.token_property ?? otherwise.tokenProperty,
    clientAuthentication: wanted.client_authentication ?? 'basic',
  };
}

export async function findAccountClient(
  accounts: Accounts,
  pluginId: string,
): Promise<AccountClientView> {
  const found = await accounts.find(pluginId);
  if (found === undefined) throw notFound('oauth_client', pluginId);
  return viewOf(pluginId, found);
}

function given(field: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new RequestError(
    'request.invalid',
    422,
    `${field} is missing, and the plugin's manifest has none either; the source's documentation names it`,
  );
}

function viewOf(pluginId: string, { client, hasSecret }: StoredAccountClient): AccountClientView {
  return {
    plugin_id: pluginId,
    flow: client.flow,
    client_id: client.clientId,
    has_secret: hasSecret,
    authorization_url: client.authorizationUrl,
    token_url: client.tokenUrl,
    scopes: client.scopes,
    token_property: client.tokenProperty,
    client_authentication: client.clientAuthentication,
  };
}
