import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownArchitecture, type Architecture } from './base/architecture.ts';
import { ensureBaseFiles } from './base/base-files.ts';
import { prepareContext } from './contents/prepare-context.ts';
import { images, localName, type ImageContents } from './services.ts';
import type { ImageStore } from './store/image-store.ts';

export interface ImagesBuild {
  readonly store: ImageStore;
  /** Of each image's name. */
  readonly tag: string;
  readonly version: string;
  /** Those with these names; all without it. */
  readonly only?: readonly string[];
  readonly architecture?: Architecture;
  /** Image to build on; one is made of Debian's packages and the pinned Node without it. */
  readonly base?: string;
  readonly note?: (text: string) => void;
}

const dockerfile = fileURLToPath(new URL('../Dockerfile', import.meta.url));

export interface BuiltImages {
  /** In the store. */
  readonly names: readonly string[];
  readonly base: string;
}

/** Builds images of what `dist` holds now. */
export async function buildImages(build: ImagesBuild): Promise<BuiltImages> {
  const { store, tag, version, note = () => undefined } = build;
  const architecture = build.architecture ?? ownArchitecture();
  const chosen = images.filter(({ name }) => build.only?.includes(name) ?? true);
  const base = build.base ?? (await makeBase(store, architecture, note));
  const context = mkdtempSync(join(tmpdir(), 'made-open-images-'));
  try {
    note('choosing production files');
    await prepareContext(context, chosen, architecture);
    const names: string[] = [];
    for (const image of chosen) {
      note(`building ${image.name}`);
      names.push(await buildOne(image, { store, tag, version, base, context, architecture }));
    }
    return { names, base };
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function makeBase(
  store: ImageStore,
  architecture: Architecture,
  note: (text: string) => void,
): Promise<string> {
  const name = localName('base', `24-${architecture.node}`);
  note('making the base of Debian packages and Node');
  await store.import(name, await ensureBaseFiles(architecture), architecture.platform);
  return name;
}

interface OneBuild {
  readonly store: ImageStore;
  readonly tag: string;
  readonly version: string;
  readonly base: string;
  readonly context: string;
  readonly architecture: Architecture;
}

async function buildOne(image: ImageContents, build: OneBuild): Promise<string> {
  const { store, tag, version, base, context, architecture } = build;
  const name = localName(image.name, tag);
  await store.build({
    name,
    dockerfile,
    context,
    arguments: { BASE: base, SERVICE: image.name, VERSION: version },
    platform: architecture.platform,
  });
  return name;
}
