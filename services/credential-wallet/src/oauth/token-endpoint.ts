import type { SecretOAuthClient } from './oauth-client.ts';

/** What an authorization server gave. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Absent when the old one stays good. */
  readonly refreshToken: string | undefined;
  /** Absent when the server does not say. */
  readonly expiresInSeconds: number | undefined;
}

export interface AuthorizationCode {
  readonly code: string;
  readonly redirectUrl: string;
  /** PKCE. */
  readonly verifier: string;
}

/** The token endpoint of an authorization server (RFC 6749). It throws WalletErrors: `reauthentication_required` when the code or refresh token is not good any more, `oauth_client_refused` when the client is not, `oauth_unavailable` when it may be tried again. */
export abstract class TokenEndpoint {
  abstract exchange(client: SecretOAuthClient, code: AuthorizationCode): Promise<IssuedTokens>;
  abstract refresh(client: SecretOAuthClient, refreshToken: string): Promise<IssuedTokens>;
  abstract clientCredentials(client: SecretOAuthClient): Promise<IssuedTokens>;
}
