import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Architecture } from '../base/architecture.ts';
import { cacheFolder, repository } from '../repository.ts';
import { MissingComponentError } from '../errors.ts';
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

/** The bill of materials, in CycloneDX, of all that is installed for all workspaces. */
export async function readBill(folder: string): Promise<Bill> {
  // Told to omit what only development needs, it leaves out much that production needs as well.
  const options = ['--package-lock-only', '--sbom-format=cyclonedx'];
  return JSON.parse(await runCommand('npm', ['sbom', ...options], { cwd: folder }));
}

/** The part of a bill that names these packages, as text. */
export function billOf(bill: Bill, folder: string, packages: readonly string[]): string {
  const held = new Set(packages.map((path) => referenceOf(join(folder, path))));
  const components = bill.components.filter((component) => held.has(component['bom-ref']));
  const known = new Set(components.map((component) => component['bom-ref']));
  const missing = [...held].filter((reference) => !known.has(reference));
  if (missing.length > 0) throw new MissingComponentError(missing);
  const { serialNumber: _serialNumber, metadata, ...rest } = bill;
  // These differ each time, and so would the image's digest.
  const { timestamp: _timestamp, ...kept } = metadata;
  const dependencies = bill.dependencies
    .filter(({ ref }) => known.has(ref))
    .map(({ ref, dependsOn = [] }) => ({
      ref,
      dependsOn: dependsOn.filter((on) => known.has(on)),
    }));
  return `${JSON.stringify({ ...rest, metadata: kept, components, dependencies }, undefined, 1)}\n`;
}

export interface Bill {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string };
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

/** As npm names a component. */
function referenceOf(folder: string): string {
  const { name, version }: { name: string; version: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  return `${name}@${version}`;
}
