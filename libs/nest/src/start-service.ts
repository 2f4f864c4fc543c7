import 'reflect-metadata';
import type { ConsumerDefinition, ServiceName } from '@made-open/contracts';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Migration } from 'kysely/migration';
import { connectPlatform } from './platform/connect-platform.ts';
import { Environment } from './config/environment.ts';
import { HealthServer } from './http/health-server.ts';
import { createHttpAdapter } from './http/http-adapter.ts';
import { observeHttp } from './http/http-telemetry.ts';
import { stopNotice } from './http/stop-notice.ts';
import { JetStreamServer } from './messages/jetstream-server.ts';
import { createLogger, NestLogger, type Logger } from './telemetry/logger.ts';
import { readPlatformConfig, type PlatformConfig } from './config/platform-config.ts';
import { PlatformModule } from './platform/platform.module.ts';
import type { Platform } from './platform/platform.ts';
import { Readiness } from './http/readiness.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { stopInTime } from './stop-in-time.ts';
import { stopPlatform, type Stops } from './platform/stop-platform.ts';
import { Metrics } from './telemetry/metrics.ts';
import { Telemetry, traceFields } from './telemetry/telemetry.ts';

export interface ServiceOptions<C, S> {
  readonly name: ServiceName;
  /** The service's own part of the environment. */
  readonly readConfig: (environment: Environment) => C;
  /** Absent for a service without a schema. */
  readonly migrations?: Readonly<Record<string, Migration>>;
  /** Prefix of the inbox when it is not that of the service. */
  readonly inboxPrefix?: (config: C) => string;
  /** Finds out who the process is on NATS, where NATS_CREDENTIALS_FILE does not say it; asked at each connection. */
  readonly identify?: (config: C, logger: Logger) => Promise<(() => string) | undefined>;
  /** Consumers for the handlers, when they are not those of the service in the contracts. */
  readonly consumers?: (config: C) => readonly ConsumerDefinition[];
  readonly module: (
    platform: Platform<S>,
    config: C,
  ) => DynamicModule | Type | Promise<DynamicModule | Type>;
  /** Sets up the HTTP API beyond the module: OpenAPI, multipart. A service without it has no API. */
  readonly configure?: (app: NestFastifyApplication, config: C) => Promise<void> | void;
  /** The process's own unless given. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** A running service. */
export interface RunningService {
  readonly app: NestFastifyApplication;
  /** Of the API; 0 when the service has none. */
  readonly port: number;
  /** Of probes and metrics. */
  readonly healthPort: number;
  /** Takes no more work, ends what is in hand, closes everything. */
  stop(): Promise<void>;
}

@Module({})
class ServiceModule {}

/** Starts a service: environment, log, NATS, database with migrations, HTTP, handlers. Ends gracefully on SIGTERM and SIGINT. */
export async function startService<C, S>(options: ServiceOptions<C, S>): Promise<RunningService> {
  const environment = new Environment(options.environment ?? process.env);
  const config = readPlatformConfig(environment, options.migrations !== undefined);
  const own = options.readConfig(environment);
  environment.check();
  const logger = createLogger(options.name, config.logLevel, { fields: traceFields });
  const telemetry = new Telemetry(options.name, config.otlpEndpoint);
  const watched = { metrics: new Metrics(options.name), readiness: new Readiness() };
  let isReady = false;
  watched.readiness.add(() => (isReady ? undefined : 'the service starts'));
  // Before anything is waited for: a probe can tell a service that waits from one that hangs.
  const health = await HealthServer.listen({ host: config.host, port: config.healthPort }, watched);
  const stops: Stops = { before: [], after: [] };
  const { platform, app } = await startParts(options, {
    config,
    own,
    stops,
    logger,
    watched,
  }).catch(async (error: unknown) => {
    await health.close();
    await telemetry.close();
    throw error;
  });
  isReady = true;
  const port = options.configure === undefined ? 0 : Number(new URL(await app.getUrl()).port);
  const stop = once(async () => {
    logger.info('service stops');
    await stopPlatform(platform, stops, app);
    await health.close();
    await telemetry.close();
    release();
    logger.info('service stopped');
  });
  const release = endWith(config, stop, logger);
  logger.info('service ready', { port, healthPort: health.port });
  return { app, port, healthPort: health.port, stop };
}

interface Parts<C> {
  readonly config: PlatformConfig;
  readonly own: C;
  readonly stops: Stops;
  readonly logger: Logger;
  readonly watched: { readonly metrics: Metrics; readonly readiness: Readiness };
}

async function startParts<C, S>(
  options: ServiceOptions<C, S>,
  { config, own, stops, logger, watched }: Parts<C>,
): Promise<{ platform: Platform<S>; app: NestFastifyApplication }> {
  const credentials = await options.identify?.(own, logger);
  const platform = await connectPlatform<S>(
    {
      ...(credentials === undefined ? {} : { credentials }),
      name: options.name,
      inboxPrefix: options.inboxPrefix?.(own) ?? `_INBOX.${options.name}`,
      migrations: options.migrations,
      logger,
      ...watched,
    },
    config,
    {
      beforeStop: (work) => stops.before.push(work),
      onStop: (work) => stops.after.push(work),
    },
  );
  let app: NestFastifyApplication | undefined;
  try {
    app = await createApp(options, platform, own);
    const notice = stopNotice(app.getHttpAdapter().getInstance(), config.stopNoticeMs);
    await startApp(app, options, { config, own });
    // Nobody has to be told of the end of an API that never began.
    if (options.configure !== undefined) stops.before.unshift(notice);
    return { platform, app };
  } catch (error) {
    // What the module has begun holds connections, and closing waits for those.
    await stopPlatform(platform, stops, app);
    throw error;
  }
}

async function startApp<C, S>(
  app: NestFastifyApplication,
  options: ServiceOptions<C, S>,
  { config, own }: { config: PlatformConfig; own: C },
): Promise<void> {
  await options.configure?.(app, own);
  await app.init();
  await app.startAllMicroservices();
  if (options.configure !== undefined) await app.listen(config.port, config.host);
}

async function createApp<C, S>(
  options: ServiceOptions<C, S>,
  platform: Platform<S>,
  config: C,
): Promise<NestFastifyApplication> {
  const { name, bus, logger, metrics } = platform;
  const root: DynamicModule = {
    module: ServiceModule,
    imports: [PlatformModule.register(platform), await options.module(platform, config)],
    providers: [{ provide: APP_FILTER, useValue: new ProblemFilter(logger, metrics) }],
  };
  const adapter = createHttpAdapter();
  observeHttp(adapter.getInstance(), metrics);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const consumers = options.consumers?.(config);
  const strategy = new JetStreamServer({
    service: name,
    bus,
    logger,
    metrics,
    ...(consumers === undefined ? {} : { consumers }),
  });
  // Guards and filters of the HTTP side are not for messages: who may send what is decided by NATS.
  app.connectMicroservice({ strategy }, { inheritAppConfig: false });
  return app;
}

const lingerMs = 2000;

function endWith(config: PlatformConfig, stop: () => Promise<void>, logger: Logger): () => void {
  const end = (): void => {
    // Whoever started this process may be gone, and nobody left to end it.
    const late = (): never => {
      logger.error('the service did not stop in time', { stopWithinMs: config.stopWithinMs });
      process.exit(1);
    };
    stopInTime(stop, config.stopWithinMs, late)
      .catch((error: unknown) => {
        logger.error('the service did not stop cleanly', { error });
        process.exitCode = 1;
      })
      // Heard only when something that nobody closed keeps the process alive.
      .finally(() => setTimeout(() => process.exit(), lingerMs).unref());
  };
  // Heard until everything has ended: a second signal must not cut off what the first one lets finish.
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (config.exitOnStdinEnd) process.stdin.once('end', end).resume();
  return () => {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    if (config.exitOnStdinEnd) process.stdin.pause();
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
