import type { Environment, Secret } from '@made-open/nest';
import { createPrivateKey } from 'node:crypto';
import type { KeyProvider } from './keys/key-provider.ts';
import { readKeyProviders } from './keys/key-settings.ts';

export interface WalletConfig {
  readonly keys: KeyProvider;
  /** Ed25519, PKCS8 PEM: signs what is delivered. */
  readonly signingKey: Secret;
  /** X25519, PKCS8 PEM: opens what is put. */
  readonly sealingKey: Secret;
  readonly oauth: OAuthSettings;
}

export interface OAuthSettings {
  /** `/oauth/callback` of channel-gateway as browsers reach it; empty where nobody can sign in. */
  readonly redirectUrl: string;
  /** JSON file of the operator's egress overrides. */
  readonly egressOverridesFile: string | undefined;
  /** `http://host:port` of the proxy that requests to token servers go through. */
  readonly egressProxy: string | undefined;
}

export function readConfig(environment: Environment): WalletConfig {
  return {
    keys: readKeyProviders(environment),
    signingKey: readPrivateKey(environment, 'WALLET_SIGNING_KEY_FILE', 'ed25519'),
    sealingKey: readPrivateKey(environment, 'WALLET_SEALING_KEY_FILE', 'x25519'),
    oauth: readOAuth(environment),
  };
}

function readOAuth(environment: Environment): OAuthSettings {
  const redirectUrl = environment.text('OAUTH_REDIRECT_URL', '');
  if (redirectUrl !== '' && !isRedirectUrl(redirectUrl))
    environment.fault(
      'OAUTH_REDIRECT_URL must be the https address of /oauth/callback at channel-gateway, or http on this machine itself',
    );
  return {
    redirectUrl,
    egressOverridesFile: environment.optional('EGRESS_OVERRIDES_FILE'),
    egressProxy: environment.origin('EGRESS_PROXY_URL'),
  };
}

/** RFC 8252, 7.3: loopback addresses are the only ones that may be without TLS. */
function isRedirectUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.pathname !== '/oauth/callback') return false;
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
}

function readPrivateKey(environment: Environment, name: string, type: string): Secret {
  const secret = environment.secretFile(name);
  if (environment.optional(name) !== undefined && typeOf(secret.reveal()) !== type)
    environment.fault(`${name}: it must hold an ${type} private key in PKCS8 PEM`);
  return secret;
}

function typeOf(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
}
