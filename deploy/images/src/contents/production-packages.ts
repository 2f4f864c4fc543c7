import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Architecture } from '../base/architecture.ts';
import { cacheFolder, repository } from '../repository.ts';
import { runCommand } from '../run-command.ts';

const workspaces = [
  'libs/*/package.json',
  'libs/plugins/*/*/package.json',
  'services/*/package.json',
  'deploy/*/package.json',
];
const rootFiles = ['package.json', 'package-lock.json', '.npmrc'];

/** Installs what production needs of all workspaces for one architecture; kept until the lock or a manifest changes. */
export async function ensureProductionPackages({ node }: Architecture): Promise<string> {
  const files = [...rootFiles, ...globSync(workspaces, { cwd: repository }).toSorted()];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(repository, file)));
  const folder = join(cacheFolder, `packages-${hash.digest('hex').slice(0, 16)}-${node}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}-${String(process.pid)}`;
  for (const file of files) {
    mkdirSync(dirname(join(unfinished, file)), { recursive: true });
    cpSync(join(repository, file), join(unfinished, file));
  }
  const target = ['--os=linux', `--cpu=${node}`, '--libc=glibc'];
  await runCommand('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-progress', ...target], {
    cwd: unfinished,
  });
  renameSync(unfinished, folder);
  return folder;
}

/** Folders of all that a workspace needs in production, within `folder`; its own libs are among them. */
export async function packagesOf(folder: string, workspace: string): Promise<string[]> {
  const options = ['--all', '--omit=dev', '--parseable', `--workspace=${workspace}`];
  const text = await runCommand('npm', ['ls', ...options], { cwd: folder });
  const inside = text.split('\n').filter((line) => line.startsWith(`${folder}/`));
  return inside.map((line) => line.slice(folder.length + 1)).toSorted();
}

/** A bill of materials in CycloneDX. */
export async function billOfMaterials(folder: string, workspace: string): Promise<string> {
  const options = ['--omit=dev', '--package-lock-only', '--sbom-format=cyclonedx'];
  const text = await runCommand('npm', ['sbom', ...options, `--workspace=${workspace}`], {
    cwd: folder,
  });
  const bill: { serialNumber?: string; metadata: { timestamp?: string } } = JSON.parse(text);
  // Both differ each time, and so would the image's digest.
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  return `${JSON.stringify(bill, undefined, 1)}\n`;
}
