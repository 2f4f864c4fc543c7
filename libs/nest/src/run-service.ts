import { readDatabaseConfig } from './config/platform-config.ts';
import { readEnvironment } from './config/environment.ts';
import { databaseOptionsOf, migrateWhenUp } from './platform/open-database.ts';
import { startService, type ServiceOptions } from './start-service.ts';
import { createLogger } from './telemetry/logger.ts';

/** The whole of a service's process: it serves, or with MIGRATE_ONLY brings its schema to this version and ends. */
export async function runService<C, S>(options: ServiceOptions<C, S>): Promise<void> {
  const values = options.environment ?? process.env;
  if (readEnvironment(values, (environment) => environment.flag('MIGRATE_ONLY')))
    await migrateSchema(options, values);
  else await startService(options);
}

async function migrateSchema<C, S>(
  { name, migrations = {} }: ServiceOptions<C, S>,
  values: NodeJS.ProcessEnv,
): Promise<void> {
  const database = readEnvironment(values, readDatabaseConfig);
  const logger = createLogger(name, 'info');
  await migrateWhenUp(databaseOptionsOf(name, database), migrations, logger);
  logger.info('the schema is at this version', { migrations: Object.keys(migrations).length });
}
