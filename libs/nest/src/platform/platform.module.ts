import { Bus } from '@made-open/bus';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Logger } from '../telemetry/logger.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { DATABASE, PLATFORM, type Platform } from './platform.ts';
import { Readiness } from '../http/readiness.ts';

/** Makes the parts of the platform injectable everywhere: Bus, Logger, Metrics, Readiness, DATABASE, PLATFORM. */
@Global()
@Module({})
export class PlatformModule {
  static register<S>(platform: Platform<S>): DynamicModule {
    const providers: Provider[] = [
      { provide: PLATFORM, useValue: platform },
      { provide: DATABASE, useFactory: () => databaseOf(platform) },
      { provide: Bus, useValue: platform.bus },
      { provide: Logger, useValue: platform.logger },
      { provide: Metrics, useValue: platform.metrics },
      { provide: Readiness, useValue: platform.readiness },
    ];
    return {
      module: PlatformModule,
      providers,
      exports: [PLATFORM, DATABASE, Bus, Logger, Metrics, Readiness],
    };
  }
}

/** A service without a schema may still be started; what injects its database is told at once. */
function databaseOf<S>({ database, databaseOptions }: Platform<S>): unknown {
  return databaseOptions.url === '' ? undefined : database.db;
}
