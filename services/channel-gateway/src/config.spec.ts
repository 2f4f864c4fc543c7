import { ConfigError, readEnvironment } from '@made-open/nest';
import { readConfig } from './config.ts';

const read = (values: NodeJS.ProcessEnv) => readEnvironment(values, readConfig);

describe('readConfig', () => {
  it('needs nothing', () => {
    const { trustedProxies, ...rest } = read({});
    expect(rest).toEqual({
      bootstrapKey: undefined,
      rate: { perSecond: 50, burst: 100 },
      answerTimeoutMs: 5000,
      streams: { perKey: 5, all: 500 },
      heartbeatMs: 15_000,
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

  it('names every fault at once', () => {
    const faulty = { BOOTSTRAP_KEY_HASH: 'x', TRUSTED_PROXIES: 'proxy', RATE_BURST: '0' };
    expect(() => read(faulty)).toThrow(ConfigError);
    expect(() => read(faulty)).toThrow(
      /TRUSTED_PROXIES[^]*BOOTSTRAP_KEY_ID is missing[^]*SHA-256[^]*RATE_BURST/u,
    );
  });
});
