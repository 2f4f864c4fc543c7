import type { BlockList } from 'node:net';
import type { Environment } from '../config/environment.ts';
import { keyHashPattern, keyIdPattern, type PresentedKey } from './api-key.ts';
import { readProxies } from './client-address.ts';
import type { Rate } from './request-rate.ts';

/** How a service that is reached from outside knows its callers. */
export interface KeySettings {
  /** The one key of a fresh platform. */
  readonly bootstrapKey: PresentedKey | undefined;
  readonly rate: Rate;
  /** Proxies whose `X-Forwarded-For` is believed; none unless named. */
  readonly trustedProxies: BlockList;
}

/** Reads BOOTSTRAP_KEY_*, RATE_* and TRUSTED_PROXIES. */
export function readKeySettings(environment: Environment, rate: Rate): KeySettings {
  return {
    trustedProxies: readTrustedProxies(environment),
    bootstrapKey: readBootstrapKey(environment),
    rate: {
      perSecond: environment.integer('RATE_PER_SECOND', rate.perSecond, { min: 1, max: 100_000 }),
      burst: environment.integer('RATE_BURST', rate.burst, { min: 1, max: 100_000 }),
    },
  };
}

function readTrustedProxies(environment: Environment): BlockList {
  const { proxies, faults } = readProxies(environment.text('TRUSTED_PROXIES', ''));
  if (faults.length > 0)
    environment.fault(
      `TRUSTED_PROXIES must be addresses or networks separated by commas, not "${faults.join(', ')}"`,
    );
  return proxies;
}

/** The hash is no secret: it may stand in the environment, or in a file. */
function readBootstrapKey(environment: Environment): PresentedKey | undefined {
  const isFile = environment.optional('BOOTSTRAP_KEY_HASH_FILE') !== undefined;
  const given = isFile
    ? environment.secretFile('BOOTSTRAP_KEY_HASH_FILE').reveal()
    : environment.optional('BOOTSTRAP_KEY_HASH');
  if (given === undefined) return undefined;
  const [hash, id] = [given.trim().toLowerCase(), environment.text('BOOTSTRAP_KEY_ID')];
  if (!keyHashPattern.test(hash))
    environment.fault('the bootstrap key’s hash must be a SHA-256 in hexadecimal');
  if (id !== '' && !keyIdPattern.test(id))
    environment.fault('BOOTSTRAP_KEY_ID must be the 12 characters behind mop_');
  return { id, hash };
}
