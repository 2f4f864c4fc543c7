import { Test, type TestingModule } from '@nestjs/testing';
import { Readiness } from '../http/readiness.ts';
import { createLogger, Logger } from '../telemetry/logger.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { PlatformModule } from './platform.module.ts';
import { DATABASE, PLATFORM, type Platform } from './platform.ts';

const nothing = (): Promise<void> => Promise.resolve();

function platformOf(url: string): Platform {
  const parts: unknown = {
    name: 'etl',
    bus: {},
    database: {
      get db(): unknown {
        if (url === '') throw new TypeError('etl has no database');
        return 'the tables';
      },
    },
    databaseOptions: { url },
    logger: createLogger('etl', 'fatal'),
    metrics: new Metrics('etl'),
    readiness: new Readiness(),
    beforeStop: nothing,
    onStop: nothing,
  };
  return parts as Platform;
}

const moduleOf = (platform: Platform): Promise<TestingModule> =>
  Test.createTestingModule({ imports: [PlatformModule.register(platform)] }).compile();

describe('PlatformModule', () => {
  it('gives every part of the platform to whoever asks for it', async () => {
    const platform = platformOf('postgres://etl@127.0.0.1/postgres');
    const module = await moduleOf(platform);
    expect(module.get(PLATFORM)).toBe(platform);
    expect(module.get(Logger)).toBe(platform.logger);
    expect(module.get(Metrics)).toBe(platform.metrics);
    expect(module.get(Readiness)).toBe(platform.readiness);
    expect(module.get(DATABASE)).toBe('the tables');
  });

  it('lets a service without a schema start, which has no tables', async () => {
    const module = await moduleOf(platformOf(''));
    expect(module.get(DATABASE)).toBeUndefined();
  });
});
