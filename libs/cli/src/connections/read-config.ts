import { CliError, exitCodes, usageError } from '../errors.ts';
import { readSecretFile } from '../platform/account-file.ts';
import { isAnswer } from '../platform/answer.ts';

export interface ConfigSource {
  /** A file of mode 0600, or `-` for standard input. */
  readonly config?: string | undefined;
  /** `field=VARIABLE`: the value of an environment variable. */
  readonly env?: readonly string[] | undefined;
}

/** The config of a connection; its secrets are never arguments, which everybody on the machine can read. */
export async function readConfig(
  { config, env: fields = [] }: ConfigSource,
  env: NodeJS.ProcessEnv,
  input: () => Promise<string>,
): Promise<Record<string, unknown>> {
  const text =
    config === undefined ? '{}' : config === '-' ? await input() : readSecretFile(config);
  return {
    ...parseConfig(text, config ?? ''),
    ...Object.fromEntries(fields.map((each) => fromVariable(each, env))),
  };
}

function parseConfig(text: string, from: string): Record<string, unknown> {
  const where = from === '-' ? 'standard input' : from;
  try {
    const value: unknown = JSON.parse(text);
    if (isAnswer(value)) return { ...value };
  } catch {
    // The parser quotes what it read, which may be a secret: its error is not handed on.
    throw configError(`${where} is not JSON`);
  }
  throw configError(`${where} must hold one JSON object`);
}

function fromVariable(text: string, env: NodeJS.ProcessEnv): [string, string] {
  const [field = '', name = ''] = text.split('=', 2);
  if (field === '' || !/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name))
    throw usageError(
      '--env wants field=VARIABLE, the name of an environment variable and not a value',
    );
  const value = env[name];
  if (value === undefined)
    throw configError(
      `the environment variable ${name}, which --env names for "${field}", is not set`,
    );
  return [field, value];
}

function configError(message: string): CliError {
  return new CliError('config.unreadable', exitCodes.data, message);
}
