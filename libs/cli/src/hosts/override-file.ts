import { parseOverrides, type Overrides } from '@made-open/egress';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError, exitCodes, reasonOf } from '../errors.ts';
import { isAnswer } from '../platform/answer.ts';

/** One line of the operator's file. */
export interface HostEntry {
  readonly address: string;
  readonly port: number;
  readonly ca_file?: string;
}

/** The file that the platform of this machine reads, unless another is named. */
export function overrideFile(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  folder: string,
): string {
  const named = given ?? env['EGRESS_OVERRIDES_FILE'];
  if (named !== undefined) return resolve(folder, named);
  return join(resolve(folder, env['MADE_OPEN_DATA'] ?? '.made-open'), 'egress-overrides.json');
}

/** What is in it, checked as the platform checks it; nothing when there is no such file. */
export function readHosts(path: string): Overrides {
  return checked(path, existsSync(path) ? readFileSync(path, 'utf8') : '{}');
}

/** Adds, changes or, without an entry, removes one host; the file is replaced at once or not at all. */
export function changeHost(path: string, host: string, entry: HostEntry | undefined): Overrides {
  const present = existsSync(path) ? objectIn(path) : {};
  if (entry === undefined && !(host in present))
    throw new CliError('host.not_found', exitCodes.notFound, `${path} has no entry for ${host}`);
  const others = Object.entries(present).filter(([name]) => name !== host);
  const wanted = Object.fromEntries([...others, ...(entry === undefined ? [] : [[host, entry]])]);
  const text = `${JSON.stringify(wanted, undefined, 2)}\n`;
  const overrides = checked(path, text);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return overrides;
}

function checked(path: string, text: string): Overrides {
  try {
    return parseOverrides(text, (file) => readFileSync(resolve(dirname(path), file), 'utf8'));
  } catch (error) {
    throw new CliError('host.overrides', exitCodes.data, `${path}: ${reasonOf(error)}`);
  }
}

function objectIn(path: string): Readonly<Record<string, unknown>> {
  // Checked before, so that a file somebody has broken is not written over.
  readHosts(path);
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return isAnswer(value) ? value : {};
}
