import type { Environment } from '@made-open/nest';
import type { BlockList } from 'node:net';
import { keyHashPattern, keyIdPattern, type PresentedKey } from './api-keys/api-key.ts';
import { readProxies } from './api-keys/client-address.ts';
import type { Rate } from './api-keys/request-rate.ts';

export interface GatewayConfig {
  /** The one key of a fresh platform; every client scope, in the default space. */
  readonly bootstrapKey: PresentedKey | undefined;
  readonly rate: Rate;
  /** Proxies whose `X-Forwarded-For` is believed; none unless named. */
  readonly trustedProxies: BlockList;
  /** How long an answer of another service may take. */
  readonly answerTimeoutMs: number;
}

export function readConfig(environment: Environment): GatewayConfig {
  const { proxies, faults } = readProxies(environment.text('TRUSTED_PROXIES', ''));
  if (faults.length > 0)
    environment.fault(
      `TRUSTED_PROXIES must be addresses or networks separated by commas, not "${faults.join(', ')}"`,
    );
  return {
    bootstrapKey: readBootstrapKey(environment),
    rate: {
      perSecond: environment.integer('RATE_PER_SECOND', 50, { min: 1, max: 100_000 }),
      burst: environment.integer('RATE_BURST', 100, { min: 1, max: 100_000 }),
    },
    trustedProxies: proxies,
    answerTimeoutMs: environment.integer('ANSWER_TIMEOUT_MS', 5000, { min: 100, max: 25_000 }),
  };
}

/** The hash is no secret: it may stand in the environment, or in a file. */
function readBootstrapKey(environment: Environment): PresentedKey | undefined {
  const isFile = environment.optional('BOOTSTRAP_KEY_HASH_FILE') !== undefined;
  const hash = isFile
    ? environment.secretFile('BOOTSTRAP_KEY_HASH_FILE').reveal()
    : environment.optional('BOOTSTRAP_KEY_HASH');
  if (hash === undefined) return undefined;
  const id = environment.text('BOOTSTRAP_KEY_ID');
  if (!keyHashPattern.test(hash))
    environment.fault('the bootstrap key’s hash must be a SHA-256 in hexadecimal');
  if (id !== '' && !keyIdPattern.test(id))
    environment.fault('BOOTSTRAP_KEY_ID must be the 12 characters behind mop_');
  return { id, hash };
}
