import { lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Architecture } from '../base/architecture.ts';
import { repository } from '../repository.ts';
import type { ImageContents } from '../services.ts';
import { linkTree } from './link-tree.ts';
import { isNeededFile, isNeededOwnFile, isNeededPackage } from './needed-files.ts';
import { billOf, ensureProductionPackages, packagesOf, readBill } from './production-packages.ts';

/** What it needs of others is in every image: all services stand on it. */
const sharedBy = '@made-open/nest';

/** Lays out the folder that the Dockerfile copies from: what all images hold, and for each what it alone holds. */
export async function prepareContext(
  context: string,
  images: readonly ImageContents[],
  architecture: Architecture,
): Promise<void> {
  const installed = await ensureProductionPackages(architecture);
  const bill = await readBill(installed);
  const ofAll = await packagesOf(installed, sharedBy);
  const shared = new Set(ofAll.filter((path) => isForeign(installed, path)));
  for (const path of shared) linkPackage(installed, join(context, 'shared'), path);
  for (const image of images) {
    const target = join(context, 'services', image.name);
    const [packages, own] = [join(target, 'packages'), join(target, 'own')];
    mkdirSync(packages, { recursive: true });
    const needed = (await packagesOf(installed, image.workspace)).filter(isNeededPackage);
    for (const path of needed)
      if (workspaceOf(installed, path) !== undefined) linkWorkspace(installed, own, path);
      else if (!shared.has(path)) linkPackage(installed, packages, path);
    // Node resolves imports from where a script really lies.
    symlinkSync(join(image.folder, 'dist', 'main.js'), join(own, 'main.js'));
    writeFileSync(
      join(own, 'sbom.cdx.json'),
      billOf(bill, installed, [...new Set([...needed, ...shared])]),
    );
  }
}

/** A package that is not ours. */
function isForeign(installed: string, path: string): boolean {
  return isNeededPackage(path) && workspaceOf(installed, path) === undefined;
}

function linkPackage(installed: string, target: string, path: string): void {
  linkTree(join(installed, path), join(target, path), (file) => isNeededFile(path, file));
}

/** A workspace lies in its own folder, and a link in node_modules leads there. */
function linkWorkspace(installed: string, target: string, path: string): void {
  const folder = workspaceOf(installed, path) ?? path;
  linkTree(join(repository, folder), join(target, folder), isNeededOwnFile);
  mkdirSync(dirname(join(target, path)), { recursive: true });
  symlinkSync(relative(dirname(path), folder), join(target, path));
}

/** Folder of the workspace that a link in node_modules stands for. */
function workspaceOf(installed: string, path: string): string | undefined {
  const full = join(installed, path);
  if (!lstatSync(full).isSymbolicLink()) return undefined;
  return relative(installed, resolve(dirname(full), readlinkSync(full)));
}
