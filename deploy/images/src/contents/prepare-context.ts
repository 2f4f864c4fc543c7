import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Architecture } from '../base/architecture.ts';
import { repository } from '../repository.ts';
import type { ImageContents } from '../services.ts';
import { bundleService } from './bundle-service.ts';
import { keptPackages } from './kept-packages.ts';
import { licencesOf } from './licences.ts';
import { linkTree } from './link-tree.ts';
import { isNeededFile, isNeededOwnFile, isNeededPackage } from './needed-files.ts';
import { billOf, ensureProductionPackages, packagesOf, readBill } from './production-packages.ts';

/** Lays out the folder that the Dockerfile copies from, for each image what it holds. */
export async function prepareContext(
  context: string,
  images: readonly ImageContents[],
  architecture: Architecture,
): Promise<void> {
  const installed = await ensureProductionPackages(architecture);
  const bill = await readBill(installed);
  for (const image of images) {
    const target = join(context, 'services', image.name);
    const [packages, own] = [join(target, 'packages'), join(target, 'own')];
    for (const folder of [packages, own]) mkdirSync(folder, { recursive: true });
    const needed = (await packagesOf(installed, image.workspace)).filter(isNeededPackage);
    for (const path of keptPackages(installed, image.keeps, needed))
      if (workspaceOf(installed, path) === undefined) linkPackage(installed, packages, path);
      else linkWorkspace(installed, packages, path);
    layOutPython(image, packages);
    await layOutOwn(image, new Set(needed), own);
    writeFileSync(join(own, 'licences.txt'), licencesOf(installed, needed));
    writeFileSync(join(own, 'sbom.cdx.json'), billOf(bill, installed, needed));
  }
}

const pythonTool = join(repository, 'libs/plugin-sdk-python/tools/build-runtime.ts');

/** Python for sandboxes; what accepts plugins in it holds the mark that runners have it. */
function layOutPython({ python }: ImageContents, packages: string): void {
  if (python === undefined) return;
  const folder = execFileSync(process.execPath, [pythonTool], { encoding: 'utf8' }).trim();
  const target = join(packages, 'python-runtime');
  if (python === 'whole') linkTree(folder, target, () => true);
  else {
    mkdirSync(target, { recursive: true });
    copyFileSync(join(folder, 'runtime.json'), join(target, 'runtime.json'));
  }
}

/** Its one script, and of its own files those that it reads or runs by name. */
async function layOutOwn(
  image: ImageContents,
  needed: ReadonlySet<string>,
  own: string,
): Promise<void> {
  await bundleService(image, needed, own);
  const [source, target] = [join(repository, image.folder), join(own, image.folder)];
  for (const folder of image.keepsOwn)
    linkTree(join(source, 'dist', folder), join(target, 'dist', folder), (path) =>
      isNeededOwnFile(join('dist', path)),
    );
  copyFileSync(join(source, 'package.json'), join(target, 'package.json'));
  // Node resolves imports from where a script really lies.
  symlinkSync(join(image.folder, 'dist', 'main.js'), join(own, 'main.js'));
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
