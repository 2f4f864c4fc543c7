import type { Architecture } from './base/architecture.ts';
import { buildImages, type ImagesBuild } from './build-images.ts';

export interface ImagesPublication extends Omit<ImagesBuild, 'architecture'> {
  readonly architectures: readonly Architecture[];
  /** `registry/path`, to which the store has access. */
  readonly registry: string;
  /** It speaks no TLS, as one on this machine. */
  readonly plainHttp: boolean;
}

/** Builds for each architecture and pushes one list of manifests for each image; returns digests by name. */
export async function publishImages(options: ImagesPublication): Promise<Record<string, string>> {
  const { store, tag, architectures, registry, plainHttp } = options;
  const lists = new Map<string, string[]>();
  for (const architecture of architectures) {
    const { names } = await buildImages({
      ...options,
      tag: `${tag}-${architecture.node}`,
      architecture,
    });
    for (const name of names) {
      const image = nameOf(name);
      lists.set(image, [...(lists.get(image) ?? []), name]);
    }
  }
  const digests: Record<string, string> = {};
  for (const [name, members] of lists) {
    const target = `${registry}/${name}:${tag}`;
    const list = `localhost/made-open/${name}:${tag}-list`;
    digests[target] = await store.pushList(list, members, { target, plainHttp });
  }
  return digests;
}

/** `localhost/made-open/etl:1-x64` → `etl`. */
function nameOf(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1, image.lastIndexOf(':'));
}
