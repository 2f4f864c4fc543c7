import type { Architecture } from './base/architecture.ts';
import { buildImages, type ImagesBuild } from './build-images.ts';

export interface ImagesPublication extends Omit<ImagesBuild, 'architecture'> {
  readonly architectures: readonly Architecture[];
  /** `registry/path`, to which the store has access. */
  readonly registry: string;
}

/** Builds for each architecture and pushes one list of manifests for each image; returns digests by name. */
export async function publishImages(options: ImagesPublication): Promise<Record<string, string>> {
  const { store, tag, architectures, registry } = options;
  const lists = new Map<string, string[]>();
  for (const architecture of architectures) {
    const { names } = await buildImages({
      ...options,
      tag: `${tag}-${architecture.node}`,
      architecture,
    });
    for (const name of names) {
      const list = nameOf(name);
      lists.set(list, [...(lists.get(list) ?? []), name]);
    }
  }
  const digests: Record<string, string> = {};
  for (const [name, members] of lists) {
    const target = `${registry}/${name}:${tag}`;
    digests[target] = await store.pushList(
      `localhost/made-open/${name}:${tag}-list`,
      members,
      target,
    );
  }
  return digests;
}

/** `localhost/made-open/etl:1-x64` → `etl`. */
function nameOf(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1, image.lastIndexOf(':'));
}
