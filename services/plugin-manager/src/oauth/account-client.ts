import type { PluginAccount } from '../plugins/plugin.ts';

/** How a plugin's connections get access tokens; its secret never comes back. */
export interface AccountClient {
  readonly flow: OAuthFlowName;
  readonly clientId: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly tokenProperty: string;
  readonly clientAuthentication: 'basic' | 'post';
}

export const flowNames = ['authorization_code', 'client_credentials'] as const;
export type OAuthFlowName = (typeof flowNames)[number];

/** The secret to store; `keep` leaves the one that is stored, null means a public client. */
export type WantedSecret = { readonly keep: true } | { readonly value: string | null };

export interface StoredAccountClient {
  readonly client: AccountClient;
  readonly hasSecret: boolean;
}

/** What the connections of a plugin have to know of its client. */
export function accountOf({ flow, tokenProperty }: AccountClient): PluginAccount {
  return { tokenField: tokenProperty, needsSignIn: flow === 'authorization_code' };
}

/** Who signs in to the accounts behind connections: the wallet. */
export abstract class Accounts {
  abstract put(pluginId: string, client: AccountClient, secret: WantedSecret): Promise<void>;
  abstract find(pluginId: string): Promise<StoredAccountClient | undefined>;
  abstract remove(pluginId: string): Promise<void>;
  /** Gives where a person signs in; empty when nobody has to. */
  abstract authorize(owner: {
    readonly spaceId: string;
    readonly connectionId: string;
    readonly pluginId: string;
  }): Promise<string>;
}
