import type { Invocation } from '../command.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import { readSecretFile } from '../platform/account-file.ts';

export interface SecretOptions {
  readonly secretFile?: string;
  readonly secretEnv?: string;
}

/** What --secret-file or --secret-env lead to, if one is given. A secret is never an argument. */
export async function readSecret(
  { env, terminal }: Pick<Invocation, 'env' | 'terminal'>,
  { secretFile, secretEnv }: SecretOptions,
): Promise<string | undefined> {
  if (secretFile !== undefined && secretEnv !== undefined)
    throw usageError('give one of --secret-file and --secret-env');
  if (secretFile !== undefined)
    return (secretFile === '-' ? await terminal.input() : readSecretFile(secretFile)).trim();
  if (secretEnv === undefined) return undefined;
  const value = env[secretEnv];
  if (value !== undefined && value !== '') return value;
  throw new CliError(
    'config.unreadable',
    exitCodes.data,
    `the environment variable ${secretEnv}, which --secret-env names, is not set`,
  );
}
