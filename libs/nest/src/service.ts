import 'reflect-metadata';
import { Bus } from '@made-open/bus';
import type { ServiceName } from '@made-open/contracts';
import { connectDatabase, migrate, type Database, type DatabaseOptions } from '@made-open/postgres';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Migration } from 'kysely/migration';
import { Environment } from './environment.ts';
import { HealthController } from './health.controller.ts';
import { JetStreamServer } from './jetstream-server.ts';
import { createLogger, NestLogger, type Logger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { readPlatformConfig, type PlatformConfig } from './platform-config.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Readiness } from './readiness.ts';
import { Telemetry, traceHeaders } from './telemetry.ts';

/** What every service stands on. `S` is the type of its tables. */
export interface Platform<S = unknown> {
  readonly name: ServiceName;
  readonly bus: Bus;
  readonly database: Database<S>;
  readonly databaseOptions: DatabaseOptions;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Work to end before the bus closes, run in the order given. */
  onStop(work: () => Promise<void>): void;
}

export interface ServiceOptions<C, S> {
  readonly name: ServiceName;
  /** The service's own part of the environment. */
  readonly readConfig: (environment: Environment) => C;
  /** Absent for a service without a schema. */
  readonly migrations?: Readonly<Record<string, Migration>>;
  /** Prefix of the inbox when it is not that of the service. */
  readonly inboxPrefix?: (config: C) => string;
  readonly module: (
    platform: Platform<S>,
    config: C,
  ) => DynamicModule | Type | Promise<DynamicModule | Type>;
  /** Sets up HTTP beyond the module: OpenAPI, multipart. */
  readonly configure?: (app: NestFastifyApplication, config: C) => Promise<void>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** A running service. */
export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly port: number;
  stop(): Promise<void>;
}

@Module({})
class ServiceModule {}

const bodyLimitBytes = 1024 * 1024;

/** Starts a service: environment, log, NATS, database with migrations, HTTP, handlers. Ends gracefully on SIGTERM and SIGINT. */
export async function startService<C, S>(options: ServiceOptions<C, S>): Promise<RunningService> {
  const environment = new Environment(options.environment ?? process.env);
  const config = readPlatformConfig(environment, options.migrations !== undefined);
  const own = options.readConfig(environment);
  environment.check();
  const logger = createLogger(options.name, config.logLevel);
  const telemetry = new Telemetry(options.name, config.otlpEndpoint);
  const stops: (() => Promise<void>)[] = [];
  const platform = await connectPlatform(options, config, { logger, stops, own });
  const app = await createApp(options, platform, own);
  await app.listen(config.http.port, config.http.host);
  const port = Number(new URL(await app.getUrl()).port);
  const stop = once(async () => {
    logger.info('service stops');
    for (const work of stops) await work();
    await platform.bus.close();
    await app.close();
    if (options.migrations !== undefined) await platform.database.close();
    await telemetry.close();
  });
  endWith(config, stop, logger);
  logger.info('service ready', { port });
  return { app, port, stop };
}

async function connectPlatform<C, S>(
  options: ServiceOptions<C, S>,
  config: PlatformConfig,
  { logger, stops, own }: { logger: Logger; stops: (() => Promise<void>)[]; own: C },
): Promise<Platform<S>> {
  const readiness = new Readiness();
  const schema = options.name.replaceAll('-', '_');
  const databaseOptions: DatabaseOptions = {
    // Without a schema the pool is never used, and so never connects.
    url: config.database?.url ?? 'postgres://127.0.0.1',
    password: config.database?.password.reveal() ?? '',
    schema,
    applicationName: options.name,
  };
  const onError = (error: unknown): void => logger.warn('connection trouble', { error });
  const database = connectDatabase<S>(databaseOptions, onError);
  if (options.migrations !== undefined) {
    await migrate(databaseOptions, options.migrations);
    readiness.add(async () => {
      await database.pool.query('select 1');
      return undefined;
    });
  }
  const bus = await Bus.connect({
    servers: config.nats.url,
    credentials: config.nats.credentials.reveal(),
    name: options.name,
    inboxPrefix: options.inboxPrefix?.(own) ?? `_INBOX.${options.name}`,
    onError,
    propagation: traceHeaders,
  });
  readiness.add(() => (bus.isConnected() ? undefined : 'NATS is not connected'));
  const metrics = new Metrics(options.name);
  return {
    name: options.name,
    bus,
    database,
    databaseOptions,
    logger,
    metrics,
    readiness,
    onStop: (work) => stops.push(work),
  };
}

async function createApp<C, S>(
  options: ServiceOptions<C, S>,
  platform: Platform<S>,
  config: C,
): Promise<NestFastifyApplication> {
  const { logger, metrics, readiness, bus } = platform;
  const root: DynamicModule = {
    module: ServiceModule,
    imports: [await options.module(platform, config)],
    controllers: [HealthController],
    providers: [
      { provide: Metrics, useValue: metrics },
      { provide: Readiness, useValue: readiness },
      { provide: APP_FILTER, useValue: new ProblemFilter(logger, metrics) },
    ],
  };
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    forceCloseConnections: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.connectMicroservice(
    { strategy: new JetStreamServer({ service: options.name, bus, logger, metrics }) },
    { inheritAppConfig: true },
  );
  await options.configure?.(app, config);
  await app.startAllMicroservices();
  return app;
}

function endWith(config: PlatformConfig, stop: () => Promise<void>, logger: Logger): void {
  const end = (): void => {
    stop().catch((error: unknown) => {
      logger.error('the service did not stop cleanly', { error });
      process.exitCode = 1;
    });
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (!config.exitOnStdinEnd) return;
  process.stdin.once('end', end);
  process.stdin.resume();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
