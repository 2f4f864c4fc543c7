import { Bus } from '@made-open/bus';
import type { ServiceName } from '@made-open/contracts';
import { connectDatabase, type Database, type DatabaseOptions } from '@made-open/postgres';
import type { Migration } from 'kysely/migration';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { PlatformConfig } from '../config/platform-config.ts';
import { databaseOptionsOf, migrateWhenUp } from './open-database.ts';
import type { Platform } from './platform.ts';
import type { Readiness } from '../http/readiness.ts';
import { traceHeaders } from '../telemetry/telemetry.ts';

export interface PlatformOptions {
  readonly name: ServiceName;
  readonly inboxPrefix: string;
  /** Instead of those that the configuration names. */
  readonly credentials?: () => string;
  readonly migrations: Readonly<Record<string, Migration>> | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

const patienceMs = 5000;
const probeMs = 2000;

/** Brings up what every service stands on: waits for PostgreSQL and NATS, brings the schema to this version. */
export async function connectPlatform<S>(
  options: PlatformOptions,
  config: PlatformConfig,
  stopping: Pick<Platform, 'beforeStop' | 'onStop'>,
): Promise<Platform<S>> {
  const { name, inboxPrefix, migrations, logger, metrics, readiness } = options;
  const databaseOptions = databaseOptionsOf(name, config.database);
  const database =
    migrations === undefined
      ? noDatabase<S>(name)
      : await openDatabase<S>(databaseOptions, migrations, logger);
  if (migrations !== undefined) readiness.add(() => databaseFault(database));
  const bus = await tellWhenSlow(
    Bus.connect({
      servers: config.nats.url,
      caFile: config.nats.caFile,
      credentials: options.credentials ?? config.nats.credentials.reveal(),
      name,
      inboxPrefix,
      onError: (error) => logger.warn('trouble on the bus', { error }),
      propagation: traceHeaders,
    }),
    () => logger.warn('waiting for NATS', { servers: config.nats.url }),
  ).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  readiness.add(() => (bus.isConnected() ? undefined : 'NATS is not connected'));
  return { name, bus, database, databaseOptions, logger, metrics, readiness, ...stopping };
}

async function openDatabase<S>(
  options: DatabaseOptions,
  migrations: Readonly<Record<string, Migration>>,
  logger: Logger,
): Promise<Database<S>> {
  await migrateWhenUp(options, migrations, logger);
  return connectDatabase<S>(options, (error) =>
    logger.warn('a database connection broke', { error }),
  );
}

function noDatabase<S>(service: string): Database<S> {
  const refuse = (): never => {
    throw new TypeError(`${service} has no database: startService was given no migrations`);
  };
  return {
    get db() {
      return refuse();
    },
    get pool() {
      return refuse();
    },
    close: () => Promise.resolve(),
  };
}

async function databaseFault<S>({ pool }: Database<S>): Promise<string | undefined> {
  const late = new AbortController();
  const answered = pool.query('select 1').then(() => undefined);
  const timedOut = delay(probeMs, 'PostgreSQL does not answer', { signal: late.signal });
  try {
    return await Promise.race([answered, timedOut]);
  } finally {
    late.abort();
    timedOut.catch(() => undefined);
    answered.catch(() => undefined);
  }
}

async function tellWhenSlow<T>(work: Promise<T>, tell: () => void): Promise<T> {
  const timer = setInterval(tell, patienceMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
