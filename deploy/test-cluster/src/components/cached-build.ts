import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@made-open/images';

/** A Go module of this package, and what of it decides what is compiled. */
export interface GoModule {
  /** Within this package. */
  readonly folder: string;
  readonly sources: readonly string[];
}

export function moduleFolder(module: GoModule): string {
  return fileURLToPath(new URL(`../../${module.folder}`, import.meta.url));
}

/** Where the binaries of a module lie once they are compiled: outside of the checkout, one folder for each content. */
export function buildFolder(module: GoModule): string {
  const hash = createHash('sha256').update(process.arch);
  for (const file of module.sources) hash.update(readFileSync(join(moduleFolder(module), file)));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const name = `${module.folder}-${hash.digest('hex').slice(0, 16)}`;
  return join(cache, 'made-open', 'test-cluster', name);
}

/** Compiles packages of a module into its folder unless they are there; that takes minutes, once. */
export async function ensureBuild(
  module: GoModule,
  packages: readonly string[],
  linkerFlags: string,
): Promise<string> {
  const folder = buildFolder(module);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}-${String(process.pid)}`;
  mkdirSync(unfinished, { recursive: true });
  const flags = ['-trimpath', '-mod=readonly', '-ldflags', linkerFlags];
  try {
    await runCommand('go', ['build', ...flags, '-o', `${unfinished}/`, ...packages], {
      cwd: moduleFolder(module),
      env: { ...process.env, CGO_ENABLED: '0' },
    });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
