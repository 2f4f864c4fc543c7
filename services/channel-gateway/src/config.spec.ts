import { ConfigError, Environment, Secret } from '@made-open/nest';
import { generateKeyPairSync } from 'node:crypto';
import { readConfig, type GatewayConfig } from './config.ts';

const { publicKey } = generateKeyPairSync('x25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** One whose only file holds the wallet's public key, or what else stands in its place. */
class FileEnvironment extends Environment {
  override secretFile(name: string): Secret {
    const path = this.text(name);
    return new Secret(path === '/wallet.pub' ? publicKey : path);
  }
}

function read(values: NodeJS.ProcessEnv): GatewayConfig {
  const environment = new FileEnvironment({
    WALLET_SEALING_PUBLIC_KEY_FILE: '/wallet.pub',
    ...values,
  });
  const config = readConfig(environment);
  environment.check();
  return config;
}

describe('readConfig', () => {
  it('needs the wallet’s public key alone', () => {
    const { trustedProxies, walletSealingKey, ...rest } = read({});
    expect(walletSealingKey).toHaveLength(32);
    expect(rest).toEqual({
      bootstrapKey: undefined,
      rate: { perSecond: 50, burst: 100 },
      profile: 'standard',
      answerTimeoutMs: 5000,
      streams: { perKey: 5, all: 500 },
      heartbeatMs: 15_000,
      publicUrl: '',
      deliveries: { timeoutMs: 120_000, retentionDays: 30 },
    });
    expect(trustedProxies.rules).toEqual([]);
  });

  it('takes a bootstrap key and trusted proxies', () => {
    const config = read({
      BOOTSTRAP_KEY_ID: 'abcdefABCDEF',
      BOOTSTRAP_KEY_HASH: 'a'.repeat(64),
      TRUSTED_PROXIES: '10.0.0.0/8',
    });
    expect(config.bootstrapKey).toEqual({ id: 'abcdefABCDEF', hash: 'a'.repeat(64) });
    expect(config.trustedProxies.check('10.1.2.3')).toBe(true);
  });

  it('takes its public address without the slash at its end', () => {
    expect(read({ PUBLIC_URL: 'https://api.example.com/' }).publicUrl).toBe(
      'https://api.example.com',
    );
    expect(() => read({ PUBLIC_URL: 'https://api.example.com/v1' })).toThrow(/PUBLIC_URL must be/u);
  });

  it('refuses to start without a key to seal webhooks with', () => {
    const refused = /WALLET_SEALING_PUBLIC_KEY_FILE must name a file with an x25519 public key/u;
    expect(() => read({ WALLET_SEALING_PUBLIC_KEY_FILE: 'nonsense' })).toThrow(refused);
    expect(() => read({ WALLET_SEALING_PUBLIC_KEY_FILE: '' })).toThrow(
      /WALLET_SEALING_PUBLIC_KEY_FILE is missing/u,
    );
  });

  it('names every fault at once', () => {
    const faulty = { BOOTSTRAP_KEY_HASH: 'x', TRUSTED_PROXIES: 'proxy', RATE_BURST: '0' };
    expect(() => read(faulty)).toThrow(ConfigError);
    expect(() => read(faulty)).toThrow(
      /TRUSTED_PROXIES[^]*BOOTSTRAP_KEY_ID is missing[^]*SHA-256[^]*RATE_BURST/u,
    );
  });
});
