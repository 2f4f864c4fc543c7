import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import type { Architecture } from './architecture.ts';

/** All that Node needs of a system, and an init. */
const packages = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6', 'netbase', 'tini'];

/** Unpacks packages of Debian into a folder: no script of theirs runs, and nothing of this machine comes along. */
export async function unpackDebian(folder: string, architecture: Architecture): Promise<void> {
  const downloads = mkdtempSync(`${folder}-debian-`);
  const options =
    architecture.debian === (await ownArchitecture())
      ? []
      : await foreignLists(downloads, architecture);
  await runCommand('apt-get', [...options, 'download', ...packages], { cwd: downloads });
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(downloads).filter((name) => name.endsWith('.deb')))
    await runCommand('dpkg-deb', ['--extract', join(downloads, file), folder]);
  rmSync(downloads, { recursive: true });
}

async function ownArchitecture(): Promise<string> {
  return (await runCommand('dpkg', ['--print-architecture'])).trim();
}

/** Package lists of another architecture, beside those of this machine, which stay as they are. */
async function foreignLists(downloads: string, { debian }: Architecture): Promise<string[]> {
  const state = join(downloads, 'state');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(downloads, 'cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(join(state, 'status'), '');
  const settings = {
    'APT::Architecture': debian,
    'APT::Architectures': debian,
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': join(downloads, 'cache'),
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await runCommand('apt-get', [...options, '-qq', 'update']);
  return options;
}
