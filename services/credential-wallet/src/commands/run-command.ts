import { readEnvironment } from '@made-open/nest';
import { connectDatabase } from '@made-open/postgres';
import { verifyAudit } from '../audit/verify-audit.ts';
import { CheckKeys } from '../keys/check-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import { readKeyProviders } from '../keys/key-settings.ts';
import { listKeys } from '../keys/list-keys.ts';
import { RotateKeys } from '../keys/rotate-keys.ts';
import { PostgresVault } from '../vault/postgres-vault.ts';
import type { WalletTables } from '../vault/tables.ts';
import type { Vault } from '../vault/vault.ts';

const usage = `credential-wallet <command>

  verify-audit   checks every chain of the audit; ends with 1 when one is broken
  keys           lists the key-encryption keys: which is active, what is under each, which may be removed;
                 ends with 1 when something is under a key that is gone or another one
  rotate         wraps everything under the active key, beside a running wallet; ends with 1 when something stays

Without a command the service starts. A command takes the service's environment: DATABASE_URL, DATABASE_PASSWORD_FILE,
and (keys, rotate) the variables of the key-encryption keys. It writes one JSON object per line.
`;

interface CommandParts {
  readonly vault: Vault;
  readonly keys: () => KeyProvider;
  readonly write: (line: object) => void;
}

const commands: Readonly<Record<string, (parts: CommandParts) => Promise<boolean>>> = {
  'verify-audit': verify,
  keys: list,
  rotate,
};

/** Carries out an operator's command; gives the exit code. */
export async function runCommand(
  [name = '', ...rest]: readonly string[],
  values: NodeJS.ProcessEnv,
  out: (text: string) => void,
): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined || rest.length > 0) {
    out(usage);
    return name === '--help' || name === 'help' ? 0 : 64;
  }
  const database = connectDatabase<WalletTables>(
    readEnvironment(values, (environment) => ({
      url: environment.text('DATABASE_URL'),
      password: environment.secretFile('DATABASE_PASSWORD_FILE').reveal(),
      schema: 'credential_wallet',
      applicationName: `credential-wallet ${name}`,
      maxConnections: 2,
    })),
  );
  try {
    const isGood = await command({
      vault: new PostgresVault(database.db),
      keys: () => readEnvironment(values, readKeyProviders),
      write: (line) => out(`${JSON.stringify(line)}\n`),
    });
    return isGood ? 0 : 1;
  } finally {
    await database.close();
  }
}

async function verify({ vault, write }: CommandParts): Promise<boolean> {
  const verdicts = await verifyAudit(vault);
  for (const { spaceId, head, brokenAt } of verdicts)
    write({
      space: spaceId,
      records: head.sequence,
      head: head.hash,
      whole: brokenAt === undefined,
      ...(brokenAt === undefined ? {} : { brokenAt }),
    });
  return verdicts.every(({ brokenAt }) => brokenAt === undefined);
}

async function list({ vault, keys, write }: CommandParts): Promise<boolean> {
  const listed = await listKeys(vault, keys());
  for (const key of listed) write(key);
  return listed.every(({ fault, secrets }) => fault === undefined || secrets === 0);
}

async function rotate({ vault, keys: read, write }: CommandParts): Promise<boolean> {
  const keys = read();
  const rotateKeys = new RotateKeys({ vault, keys, checkKeys: new CheckKeys(vault, keys) });
  const report = await rotateKeys.run(({ failed, ...progress }) =>
    write({ ...progress, failed: failed.length }),
  );
  write({ ...report, done: report.left === 0 });
  return report.left === 0;
}
