import { KMSClient } from '@aws-sdk/client-kms';
import type { Environment } from '@made-open/nest';
import { readFileSync } from 'node:fs';
import { FileKeyProvider } from './file-key-provider.ts';
import type { KeyProvider } from './key-provider.ts';
import { KeyProviders } from './key-providers.ts';
import { parseKeyRing, type KeyRing } from './key-ring.ts';
import { KmsKeyProvider } from './kms-key-provider.ts';
import { TransitKeyProvider } from './transit-key-provider.ts';

const readers = {
  file: readFile,
  'vault-transit': readTransit,
  'aws-kms': readKms,
} as const;
/** The variable without which a provider is not configured. */
const signs = { file: 'KEK_FILE', 'vault-transit': 'VAULT_ADDR', 'aws-kms': 'KMS_KEY_ID' } as const;

type ProviderName = keyof typeof readers;

/** The provider that wraps, by KEK_PROVIDER, and the others that are configured: they open what was wrapped before. */
export function readKeyProviders(environment: Environment): KeyProvider {
  const names = Object.keys(readers).filter(isProvider);
  const active = environment.text('KEK_PROVIDER', 'file');
  if (!isProvider(active)) {
    environment.fault(`KEK_PROVIDER must be one of ${names.join(', ')}, not "${active}"`);
    return new FileKeyProvider({ active: '', keys: new Map() });
  }
  const others = names.filter(
    (name) => name !== active && environment.optional(signs[name]) !== undefined,
  );
  return new KeyProviders(
    readers[active](environment),
    others.map((name) => readers[name](environment)),
  );
}

function isProvider(name: string): name is ProviderName {
  return Object.hasOwn(readers, name);
}

function readFile(environment: Environment): KeyProvider {
  const name = 'KEK_FILE';
  const text = environment.secretFile(name).reveal();
  const path = environment.optional(name);
  // What was inherited as a descriptor has been read to its end.
  const again =
    path === undefined || path.startsWith('/dev/') ? undefined : (): KeyRing => readAgain(path);
  try {
    if (path !== undefined) return new FileKeyProvider(parseKeyRing(text), again);
  } catch (error) {
    environment.fault(`${name}: ${error instanceof TypeError ? error.message : 'unreadable'}`);
  }
  return new FileKeyProvider({ active: '', keys: new Map() });
}

function readAgain(path: string): KeyRing {
  try {
    return parseKeyRing(readFileSync(path, 'utf8'));
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : 'unreadable';
    throw new TypeError(`KEK_FILE stays as it was read before: ${what}`, { cause });
  }
}

function readTransit(environment: Environment): KeyProvider {
  const address = readServer(environment, 'VAULT_ADDR');
  environment.secretFile('VAULT_TOKEN_FILE');
  const tokenFile = environment.optional('VAULT_TOKEN_FILE') ?? '';
  return new TransitKeyProvider({
    address,
    mount: readName(environment, 'VAULT_TRANSIT_MOUNT', 'transit'),
    key: readName(environment, 'VAULT_TRANSIT_KEY', 'made-open'),
    namespace: environment.optional('VAULT_NAMESPACE'),
    token: () => readFileSync(tokenFile, 'utf8').trim(),
  });
}

function readKms(environment: Environment): KeyProvider {
  const keyId = environment.text('KMS_KEY_ID');
  const region = environment.text('AWS_REGION');
  const endpoint = environment.optional('KMS_ENDPOINT');
  if (endpoint !== undefined) readServer(environment, 'KMS_ENDPOINT');
  const client = new KMSClient({
    region: region === '' ? 'unset' : region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 2,
  });
  return new KmsKeyProvider(client, keyId);
}

function readName(environment: Environment, variable: string, fallback: string): string {
  const name = environment.text(variable, fallback);
  if (!/^[\w.-]+(\/[\w.-]+)*$/u.test(name))
    environment.fault(`${variable} must be a name in Vault, not "${name}"`);
  return name;
}

/** Data keys go there: over the network only encrypted. */
function readServer(environment: Environment, variable: string): string {
  const text = environment.text(variable);
  if (text === '') return text;
  const url = URL.parse(text);
  const isLocal = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return text;
  environment.fault(
    `${variable} must be an https address, or http on this machine itself (an agent beside the wallet)`,
  );
  return '';
}
