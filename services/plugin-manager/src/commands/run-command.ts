import { readEnvironment } from '@made-open/nest';
import { connectDatabase } from '@made-open/postgres';
import { announceAll } from '../connections/announce.ts';

const usage = `plugin-manager <command>

  announce   has every connection announced to the other services as it is, beside a running plugin-manager: after a
             back-up was restored, they may have missed what was announced last

Without a command the service starts. A command takes the service's environment: DATABASE_URL and
DATABASE_PASSWORD_FILE. It writes one JSON object per line.
`;

/** Carries out an operator's command; gives the exit code. */
export async function runCommand(
  [name, ...rest]: readonly string[],
  values: NodeJS.ProcessEnv,
  out: (text: string) => void,
): Promise<number> {
  if (name !== 'announce' || rest.length > 0) {
    out(usage);
    return name === '--help' || name === 'help' ? 0 : 64;
  }
  const database = connectDatabase(
    readEnvironment(values, (environment) => ({
      url: environment.text('DATABASE_URL'),
      password: environment.secretFile('DATABASE_PASSWORD_FILE').reveal(),
      schema: 'plugin_manager',
      applicationName: 'plugin-manager announce',
      maxConnections: 1,
    })),
  );
  try {
    out(`${JSON.stringify({ announced: await announceAll(database.pool) })}\n`);
    return 0;
  } finally {
    await database.close();
  }
}
