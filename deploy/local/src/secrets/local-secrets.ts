import { makeNatsIdentity, type NatsIdentity } from '@made-open/local-parts';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartOptionsError } from '../errors.ts';

/** Every secret of a local platform. */
export interface LocalSecrets extends KeptSecrets {
  /** Made at each start, so that users have the rights of the contracts as they are after an update. */
  readonly nats: NatsIdentity;
}

/** What one file keeps that only its owner reads. */
interface KeptSecrets {
  readonly natsAccountSeed: string;
  readonly postgresPassword: string;
  /** Passwords of the services' roles by service. */
  readonly databasePasswords: Readonly<Record<string, string>>;
  /** Key-encryption keys of the wallet, as KEK_FILE has them. */
  readonly kek: string;
  readonly walletSigning: KeyPairPem;
  readonly walletSealing: KeyPairPem;
  readonly adminKey: AdminKey;
}

/** The public part and hash of the admin key; the key itself only until it was shown. */
export interface AdminKey {
  readonly id: string;
  readonly hash: string;
  readonly notShownYet?: string;
}

interface KeyPairPem {
  readonly publicKey: string;
  readonly privateKey: string;
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Reads the secrets, or makes them at the first start. */
export async function openSecrets(
  path: string,
  services: readonly string[],
  newAdminKey: boolean,
): Promise<LocalSecrets> {
  const kept = existsSync(path) ? read(path) : undefined;
  const nats = await makeNatsIdentity(
    kept === undefined ? {} : { accountSeed: kept.natsAccountSeed },
  );
  const secrets = kept ?? makeSecrets(nats.accountSeed);
  return save(path, {
    ...secrets,
    nats,
    databasePasswords: withAll(secrets.databasePasswords, services),
    ...(newAdminKey ? { adminKey: makeAdminKey() } : {}),
  });
}

/** Keeps no more than the hash of the admin key. */
export function forgetAdminKey(path: string, secrets: LocalSecrets): LocalSecrets {
  const { id, hash } = secrets.adminKey;
  return save(path, { ...secrets, adminKey: { id, hash } });
}

/** An API key `mop_<id>_<secret>` with all scopes on both APIs. */
export function makeAdminKey(): AdminKey & { readonly notShownYet: string } {
  const id = randomText(12);
  const key = `mop_${id}_${randomText(43)}`;
  return { id, hash: createHash('sha256').update(key).digest('hex'), notShownYet: key };
}

function makeSecrets(natsAccountSeed: string): KeptSecrets {
  return {
    natsAccountSeed,
    postgresPassword: password(),
    databasePasswords: {},
    kek: JSON.stringify({
      active: 'local-1',
      keys: { 'local-1': randomBytes(32).toString('base64') },
    }),
    walletSigning: pem('ed25519'),
    walletSealing: pem('x25519'),
    adminKey: makeAdminKey(),
  };
}

/** A service that came with an update gets a password too. */
function withAll(
  passwords: Readonly<Record<string, string>>,
  services: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    services.map((service) => [service, passwords[service] ?? password()] as const),
  );
}

function read(path: string): KeptSecrets {
  const kept: KeptSecrets = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof kept.natsAccountSeed !== 'string')
    throw new StartOptionsError(
      `${path} was written by another version, which kept other secrets. Start that version, or remove the data by npm run reset.`,
    );
  return kept;
}

function save(path: string, secrets: LocalSecrets): LocalSecrets {
  const { nats: _made, ...kept } = secrets;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
  return secrets;
}

function password(): string {
  return randomBytes(24).toString('base64url');
}

function pem(type: 'ed25519' | 'x25519'): KeyPairPem {
  const { publicKey, privateKey } =
    type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function randomText(length: number): string {
  let text = '';
  // Bytes above the last multiple of 62 would make some characters likelier.
  while (text.length < length)
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += base62[byte % 62] ?? '';
  return text;
}
