import { readEnvironment } from './environment.ts';
import { readPlatformConfig } from './platform-config.ts';

describe('the environment of a service', () => {
  it('is refused with all its faults at once', () => {
    expect(() =>
      readEnvironment(
        { PORT: '70000', NATS_CA_FILE: '/none/ca.pem', LOG_LEVEL: 'loud', DATABASE_URL: '' },
        (environment) => readPlatformConfig(environment, true),
      ),
    ).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringMatching(
          /LOG_LEVEL[^]*PORT[^]*NATS_URL[^]*NATS_CA_FILE[^]*NATS_CREDENTIALS_FILE[^]*DATABASE_URL[^]*DATABASE_PASSWORD_FILE/u,
        ),
      }),
    );
  });

  it('has defaults', () => {
    const config = readEnvironment({ N: '7' }, (environment) => ({
      n: environment.integer('N', 1, { min: 1, max: 9 }),
      m: environment.integer('M', 3),
      text: environment.text('TEXT', 'x'),
      flag: environment.flag('FLAG'),
    }));
    expect(config).toEqual({ n: 7, m: 3, text: 'x', flag: false });
  });

  it('takes the origin of a server, and nothing that is none', () => {
    const read = (value: string): string | undefined =>
      readEnvironment({ PROXY: value }, (environment) => environment.origin('PROXY'));
    expect(read('http://proxy:3128')).toBe('http://proxy:3128');
    expect(read('')).toBeUndefined();
    const others = [
      'proxy:3128',
      'socks://proxy:1080',
      'http://proxy:3128/path',
      'http://a:b@proxy',
    ];
    for (const value of others)
      expect(() => read(value)).toThrow('PROXY must be http://host:port without');
  });
});
