import { makeNatsIdentity, type AccountLimits, type NatsIdentity } from '@made-open/bus';
import { bootstrapUser, serviceNames } from '@made-open/contracts';
import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';

/** Secrets by name, each with its values by key. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Services with a process of their own for the whole platform; runners get theirs from plugin-manager. */
export const services = serviceNames.filter((name) => name !== 'plugin-runner');

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export interface SecretOptions {
  /** What JetStream may take of its servers. */
  readonly limits?: AccountLimits;
  /** Days that the NATS user of pods that ask who they are is good for; it is made anew each time. */
  readonly bootstrapDays?: number;
  readonly now?: () => number;
}

/**
 * Every secret of an installation. What exists stays, whoever made it; only NATS users are made anew, with the rights of
 * the contracts as they are now.
 */
export async function installationSecrets(
  existing: Secrets,
  { limits, bootstrapDays = 400, now = Date.now }: SecretOptions = {},
): Promise<Secrets> {
  const kept = (secret: string, key: string, make: () => string): string =>
    existing[secret]?.[key] ?? make();
  const bootstrapEndsAt = Math.floor(now() / 1000) + bootstrapDays * 86_400;
  const identity = await makeNatsIdentity(seedsOf(existing), { limits, bootstrapEndsAt });
  const shared = Object.fromEntries(
    services.map((service) => [
      service,
      {
        'nats.creds': identity.credentials[service] ?? '',
        'database-password': kept(service, 'database-password', password),
      },
    ]),
  );
  const wallet = walletKeys(existing);
  const identityKey = kept('plugin-manager', 'runner-identity.key', () => privatePem('x25519'));
  const adminKey = existing['admin-key'] ?? makeAdminKey();
  return {
    ...shared,
    ...natsSecrets(identity, existing),
    postgres: { password: kept('postgres', 'password', password) },
    'admin-key': adminKey,
    'credential-wallet': { ...shared['credential-wallet'], ...wallet },
    'channel-gateway': {
      ...shared['channel-gateway'],
      'wallet-sealing.pub': publicPem(wallet['sealing.key']),
    },
    'plugin-manager': {
      ...shared['plugin-manager'],
      'runner-signing.seed': identity.runnerSigningSeed,
      'nats-account': identity.accountPublicKey,
      'wallet-signing.pub': publicPem(wallet['signing.key']),
      'wallet-sealing.pub': publicPem(wallet['sealing.key']),
      'runner-identity.key': identityKey,
    },
    // What every pod of a runner begins with.
    [bootstrapUser]: {
      'nats.creds': identity.credentials[bootstrapUser] ?? '',
      'identity.pub': publicPem(identityKey),
    },
  };
}

function seedsOf(existing: Secrets): Parameters<typeof makeNatsIdentity>[0] {
  const seeds = existing['nats-identity'];
  return {
    ...(seeds?.['operator.seed'] === undefined ? {} : { operatorSeed: seeds['operator.seed'] }),
    ...(seeds?.['account.seed'] === undefined ? {} : { accountSeed: seeds['account.seed'] }),
    ...(seeds?.['system-account.seed'] === undefined
      ? {}
      : { systemAccountSeed: seeds['system-account.seed'] }),
    ...(seeds?.['runner-signing.seed'] === undefined
      ? {}
      : { runnerSigningSeed: seeds['runner-signing.seed'] }),
  };
}

/** Seeds stay in a secret of their own, which nothing that runs for long reads. */
function natsSecrets(identity: NatsIdentity, existing: Secrets): Secrets {
  return {
    'nats-identity': {
      'operator.seed': identity.operatorSeed,
      'account.seed': identity.accountSeed,
      'system-account.seed': identity.systemAccountSeed,
      'runner-signing.seed': identity.runnerSigningSeed,
    },
    // What a server starts with. Later rights of the account are brought to it while it runs.
    'nats-server': existing['nats-server'] ?? { 'identity.conf': serverConfiguration(identity) },
    setup: {
      'administrator.creds': identity.credentials['administrator'] ?? '',
      'system.creds': identity.systemCredentials,
      'account.jwt': identity.accountJwt,
    },
  };
}

function serverConfiguration(identity: NatsIdentity): string {
  return `operator: ${identity.operatorJwt}
system_account: ${identity.systemAccountPublicKey}
resolver_preload: {
  ${identity.accountPublicKey}: ${identity.accountJwt}
  ${identity.systemAccountPublicKey}: ${identity.systemAccountJwt}
}
`;
}

function walletKeys(existing: Secrets): {
  'kek.json': string;
  'signing.key': string;
  'sealing.key': string;
} {
  const kept = existing['credential-wallet'];
  return {
    'kek.json': kept?.['kek.json'] ?? makeKek(),
    'signing.key': kept?.['signing.key'] ?? privatePem('ed25519'),
    'sealing.key': kept?.['sealing.key'] ?? privatePem('x25519'),
  };
}

function makeKek(): string {
  const key = randomBytes(32).toString('base64');
  return JSON.stringify({ active: 'first', keys: { first: key } });
}

function privatePem(type: 'ed25519' | 'x25519'): string {
  const { privateKey } =
    type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function publicPem(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
}

/** The first API key of the admin API; services get its hash alone. */
function makeAdminKey(): Readonly<Record<string, string>> {
  const id = randomText(12);
  const key = `mop_${id}_${randomText(43)}`;
  return { key, id, hash: createHash('sha256').update(key).digest('hex') };
}

function password(): string {
  return randomBytes(24).toString('base64url');
}

function randomText(length: number): string {
  let text = '';
  // Bytes above the last multiple of 62 would make some characters likelier.
  while (text.length < length)
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += base62[byte % 62] ?? '';
  return text;
}
