import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError, exitCodes, reasonOf } from '../errors.ts';
import type { Account } from './api.ts';
import { isAnswer, textAt } from './answer.ts';

const localPlatform = 'http://127.0.0.1:4100';
const ownPlatform = /^(localhost|127(\.\d+){3}|\[::1\])$/u;

/**
 * The key comes from MADE_OPEN_KEY, a file that MADE_OPEN_KEY_FILE names, or the file that `admin-key save` keeps: never from an
 * argument, which everybody on the machine can read.
 */
export function readAccount(env: NodeJS.ProcessEnv, givenUrl: string | undefined): Account {
  const wanted = givenUrl ?? env['MADE_OPEN_URL'];
  const key = env['MADE_OPEN_KEY'] ?? keyOf(env['MADE_OPEN_KEY_FILE']);
  if (key !== undefined && key !== '')
    return { url: platformUrl(wanted ?? localPlatform), key: key.trim() };
  const saved = savedAccount(env);
  if (saved === undefined)
    throw settingsError(
      'there is no key: set MADE_OPEN_KEY, name a file with MADE_OPEN_KEY_FILE, or keep one with `made-open admin-key save`',
    );
  // A key is for the platform that it was saved with, and must not be sent to another by a mistyped address.
  if (wanted !== undefined && platformUrl(wanted) !== saved.url)
    throw settingsError(
      `the saved key is for ${saved.url}, not for ${platformUrl(wanted)}; set MADE_OPEN_KEY for that one`,
    );
  return saved;
}

/** Keeps a key where only its owner can read it; gives the file's name. */
export function saveAccount(env: NodeJS.ProcessEnv, account: Account): string {
  const path = accountFile(env);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, `${JSON.stringify(account, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
  return path;
}

/** Without path and slash at its end; over the network only with TLS. */
export function platformUrl(text: string): string {
  if (!URL.canParse(text)) throw settingsError(`"${text}" is not a URL, as ${localPlatform} is`);
  const { protocol, hostname, origin } = new URL(text);
  if (protocol === 'https:' || (protocol === 'http:' && ownPlatform.test(hostname))) return origin;
  throw settingsError(
    `${origin} would be asked without TLS, and everybody on the way could read the key; use https://, or a tunnel to this machine`,
  );
}

/** Refuses what others than its owner may read. */
export function readSecretFile(path: string): string {
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0)
      throw settingsError(`${path} can be read by others than you: chmod 600 ${path}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw settingsError(`${path} cannot be read: ${reasonOf(error)}`);
  }
}

function accountFile(env: NodeJS.ProcessEnv): string {
  const folder = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config');
  return join(folder, 'made-open', 'account.json');
}

function keyOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readSecretFile(file);
}

function savedAccount(env: NodeJS.ProcessEnv): Account | undefined {
  const path = accountFile(env);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const value = parsed(readSecretFile(path));
  const url = isAnswer(value) ? textAt(value, 'url') : '';
  const key = isAnswer(value) ? textAt(value, 'key') : '';
  if (url === '' || key === '')
    throw settingsError(`${path} does not hold url and key; make it with made-open admin-key save`);
  return { url, key };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function settingsError(message: string): CliError {
  return new CliError('cli.settings', exitCodes.settings, message);
}
