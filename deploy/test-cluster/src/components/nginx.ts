import { runCommand } from '@made-open/images';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ClusterStartError } from '../errors.ts';

/**
 * Of Debian, in the version it has now; apt checks its signature. Taken out of their packages rather than installed:
 * the installed package starts a server of its own at port 80.
 */
const packages = ['nginx', 'libcrypt1', 'libpcre2-8-0', 'libssl3', 'zlib1g'];

/** A folder that holds nginx and its libraries as Debian's packages have them; fetched once. */
export async function ensureNginx(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'made-open', 'test-cluster', `nginx-${process.arch}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    const files = join(unfinished, 'files');
    await runCommand('apt-get', ['download', '--quiet', ...packages], { cwd: unfinished });
    for (const name of globSync('*.deb', { cwd: unfinished }))
      await runCommand('dpkg-deb', ['--extract', join(unfinished, name), files]);
    renameSync(files, folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterStartError(
      `nginx could not be fetched from Debian, try apt-get update: ${reason}`,
      { cause: error },
    );
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** What runs it with its own libraries. */
export function nginxCommand(folder: string): [program: string, ...args: string[]] {
  const libraries = globSync('{lib,usr/lib}/*-linux-gnu', { cwd: folder });
  const path = libraries.map((name) => join(folder, name)).join(':');
  return ['/usr/bin/env', `LD_LIBRARY_PATH=${path}`, join(folder, 'usr/sbin/nginx')];
}
