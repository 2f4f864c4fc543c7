import type { LocalSecrets } from '../secrets/local-secrets.ts';

/** 0 until a server listens. */
export interface Ports {
  postgres: number;
  nats: number;
  manager: number;
  gateway: number;
  sample: number;
}

/** What a service finds in its environment; nothing of it is secret. */
export function environmentOf(
  name: string,
  platform: {
    ports: Readonly<Ports>;
    secrets: LocalSecrets;
    logLevel: string;
    egressOverridesFile?: string | undefined;
    /** Of the gateway, as the world reaches it; its local one unless given. */
    publicUrl?: string | undefined;
    /** Which rules hold; the usual ones unless given. */
    profile?: string | undefined;
  },
): Record<string, string> {
  const { ports, secrets, logLevel, egressOverridesFile } = platform;
  const { publicUrl = `http://127.0.0.1:${String(ports.gateway)}` } = platform;
  const shared = {
    PORT: String(portOf(name, ports)),
    NATS_URL: `nats://127.0.0.1:${String(ports.nats)}`,
    DATABASE_URL: `postgres://${name.replaceAll('-', '_')}@127.0.0.1:${String(ports.postgres)}/postgres`,
    LOG_LEVEL: logLevel,
  };
  const key = { BOOTSTRAP_KEY_ID: secrets.adminKey.id, BOOTSTRAP_KEY_HASH: secrets.adminKey.hash };
  const rules = platform.profile === undefined ? {} : { PLATFORM_PROFILE: platform.profile };
  if (name === 'channel-gateway') return { ...shared, ...key, ...rules, PUBLIC_URL: publicUrl };
  if (name === 'connector-scheduler') return { ...shared, PUBLIC_URL: publicUrl };
  const overrides =
    egressOverridesFile === undefined ? {} : { EGRESS_OVERRIDES_FILE: egressOverridesFile };
  if (name === 'credential-wallet')
    return {
      ...shared,
      ...overrides,
      OAUTH_REDIRECT_URL: `${publicUrl}/oauth/callback`,
    };
  if (name === 'rules') return { ...shared, ...overrides };
  if (name !== 'plugin-manager') return shared;
  return {
    ...shared,
    ...key,
    ...rules,
    NATS_ACCOUNT_PUBLIC_KEY: secrets.nats.accountPublicKey,
    PUBLIC_URL: publicUrl,
    ...overrides,
  };
}

/** What a service gets through descriptors, by the variable that names them. */
export function secretsOf(name: string, secrets: LocalSecrets): Record<string, string> {
  const { nats, databasePasswords, kek, walletSigning, walletSealing } = secrets;
  const shared = {
    NATS_CREDENTIALS_FILE: nats.credentials[name] ?? '',
    DATABASE_PASSWORD_FILE: databasePasswords[name] ?? '',
  };
  if (name === 'credential-wallet')
    return {
      ...shared,
      KEK_FILE: kek,
      WALLET_SIGNING_KEY_FILE: walletSigning.privateKey,
      WALLET_SEALING_KEY_FILE: walletSealing.privateKey,
    };
  if (name === 'channel-gateway')
    return { ...shared, WALLET_SEALING_PUBLIC_KEY_FILE: walletSealing.publicKey };
  if (name === 'plugin-manager')
    return {
      ...shared,
      RUNNER_SIGNING_KEY_FILE: nats.runnerSigningSeed,
      WALLET_SIGNING_PUBLIC_KEY_FILE: walletSigning.publicKey,
      WALLET_SEALING_PUBLIC_KEY_FILE: walletSealing.publicKey,
    };
  return shared;
}

function portOf(name: string, ports: Readonly<Ports>): number {
  const api = apiOf(name);
  return api === undefined ? 0 : ports[api];
}

/** The port of its API, when a service has one. */
export function apiOf(name: string): 'manager' | 'gateway' | undefined {
  if (name === 'plugin-manager') return 'manager';
  return name === 'channel-gateway' ? 'gateway' : undefined;
}
