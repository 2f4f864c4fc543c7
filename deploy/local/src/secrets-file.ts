import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { makeNatsIdentity, type NatsIdentity } from '@made-open/local-parts';

/** Every secret of a local platform, in one file that only its owner reads. */
export interface LocalSecrets {
  readonly nats: NatsIdentity;
  readonly postgresPassword: string;
  /** Passwords of the services' roles by service. */
  readonly databasePasswords: Readonly<Record<string, string>>;
  /** Key-encryption keys of the wallet, as KEK_FILE has them. */
  readonly kek: string;
  readonly walletSigning: KeyPairPem;
  readonly walletSealing: KeyPairPem;
  /** The admin key's public part and hash; the key itself is shown once and not kept. */
  readonly adminKey: { readonly id: string; readonly hash: string };
}

interface KeyPairPem {
  readonly publicKey: string;
  readonly privateKey: string;
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Reads the secrets or makes them; gives the admin key when it was made just now. */
export async function openSecrets(
  path: string,
  services: readonly string[],
  newAdminKey: boolean,
): Promise<{ secrets: LocalSecrets; adminKey: string | undefined }> {
  if (existsSync(path)) {
    const secrets: LocalSecrets = JSON.parse(readFileSync(path, 'utf8'));
    if (!newAdminKey) return { secrets, adminKey: undefined };
    const made = makeAdminKey();
    const changed = { ...secrets, adminKey: made.stored };
    save(path, changed);
    return { secrets: changed, adminKey: made.key };
  }
  const made = makeAdminKey();
  const secrets: LocalSecrets = {
    nats: await makeNatsIdentity(),
    postgresPassword: randomBytes(24).toString('base64url'),
    databasePasswords: Object.fromEntries(
      services.map((service) => [service, randomBytes(24).toString('base64url')]),
    ),
    kek: JSON.stringify({
      active: 'local-1',
      keys: { 'local-1': randomBytes(32).toString('base64') },
    }),
    walletSigning: pem('ed25519'),
    walletSealing: pem('x25519'),
    adminKey: made.stored,
  };
  save(path, secrets);
  return { secrets, adminKey: made.key };
}

/** An API key `mop_<id>_<secret>` with all scopes on both APIs. */
export function makeAdminKey(): { key: string; stored: { id: string; hash: string } } {
  const id = randomText(12);
  const key = `mop_${id}_${randomText(43)}`;
  return { key, stored: { id, hash: createHash('sha256').update(key).digest('hex') } };
}

function save(path: string, secrets: LocalSecrets): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, JSON.stringify(secrets), { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
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
