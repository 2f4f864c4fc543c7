import type { Manifest } from '@made-open/manifest';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';

const setting = 'PYTHON_RUNTIME_DIR';

/** Where the sandbox's Python lies; undefined for plugins that need none. */
export function pythonRuntimeOf(
  { runtime }: Manifest,
  env: NodeJS.ProcessEnv,
  folder: string,
): string | undefined {
  if (runtime !== 'python') return undefined;
  const { [setting]: given } = env;
  if (given === undefined || given === '')
    throw new CliError(
      'python.no_runtime',
      exitCodes.settings,
      `a Python plugin runs in the platform's own Python: name the folder where it was built in ${setting}`,
    );
  const place = resolve(folder, given);
  if (existsSync(place)) return place;
  throw new CliError(
    'python.no_runtime',
    exitCodes.settings,
    `${setting} names ${place}, which is not there; build the runtime, or name the folder where it was built`,
  );
}
