import { migrate, type DatabaseOptions } from '@made-open/postgres';
import type { Migration } from 'kysely/migration';
import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseConfig } from '../config/platform-config.ts';
import type { Logger } from '../telemetry/logger.ts';

const retryMs = 1000;
const patienceMs = 5000;

/** How a service reaches its schema; without a database nothing is reached. */
export function databaseOptionsOf(
  service: string,
  config: DatabaseConfig | undefined,
): DatabaseOptions {
  return {
    url: config?.url ?? '',
    password: config?.password.reveal() ?? '',
    schema: service.replaceAll('-', '_'),
    applicationName: service,
  };
}

/** Services and PostgreSQL start together; only a database that answers may say that something is wrong. */
export async function migrateWhenUp(
  options: DatabaseOptions,
  migrations: Readonly<Record<string, Migration>>,
  logger: Logger,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await migrate(options, migrations);
      return;
    } catch (error) {
      if (!isAway(error)) throw error;
      if (attempt % (patienceMs / retryMs) === 0) logger.warn('waiting for PostgreSQL', { error });
      await delay(retryMs);
    }
  }
}

const away = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  '57P01', // admin_shutdown
  '57P03', // cannot_connect_now: it is starting
  '53300', // too_many_connections
]);

/** Whether the error, or one it wraps, says that the server cannot be reached yet. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && away.has(code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  return isAway(error.cause);
}
