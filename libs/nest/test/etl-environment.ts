import type { TestPlatform } from '@made-open/testing';
import type { DatabaseOptions } from '@made-open/postgres';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `startService` reads for etl; secrets stand in files of the folder. */
export function etlEnvironment(
  platform: TestPlatform,
  database: DatabaseOptions,
  folder: string,
): Record<string, string> {
  const secret = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    NATS_URL: platform.nats.url,
    NATS_CREDENTIALS_FILE: secret('etl.creds', platform.credentials('etl')),
    DATABASE_URL: database.url,
    DATABASE_PASSWORD_FILE: secret('etl.password', database.password),
    LOG_LEVEL: 'fatal',
  };
}
