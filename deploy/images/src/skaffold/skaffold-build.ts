import { architectures, ownArchitecture, type Architecture } from '../base/architecture.ts';
import { SkaffoldError } from '../errors.ts';
import { images } from '../services.ts';

/** One image as Skaffold asks a build command of its own for it. */
export interface SkaffoldBuild {
  readonly name: string;
  readonly tag: string;
  readonly registry: string;
  readonly architectures: readonly Architecture[];
  /** Docker and Skaffold take a registry of this machine for one without TLS, too. */
  readonly plainHttp: boolean;
}

const reference = /^(?<registry>[^\s@]+)\/(?<name>[a-z-]+):(?<tag>[\w.-]+)$/u;

/** Reads `IMAGE`, `PUSH_IMAGE` and `PLATFORMS`, which Skaffold sets. */
export function readSkaffoldBuild(env: NodeJS.ProcessEnv): SkaffoldBuild {
  const image = imageOf(env['IMAGE'] ?? '');
  if (env['PUSH_IMAGE'] !== 'true')
    throw new SkaffoldError(
      'images are built without Docker and go to a registry; leave build.local.push true, and --push=false away',
    );
  return {
    ...image,
    architectures: architecturesOf(env['PLATFORMS'] ?? ''),
    plainHttp: /^(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/u.test(image.registry),
  };
}

function imageOf(text: string): Pick<SkaffoldBuild, 'registry' | 'name' | 'tag'> {
  const { registry, name, tag } = reference.exec(text)?.groups ?? {};
  if (registry === undefined || name === undefined || tag === undefined)
    throw new SkaffoldError(
      `IMAGE is "${text}", not REGISTRY/NAME:TAG; name the registry with --default-repo`,
    );
  if (!images.some((image) => image.name === name))
    throw new SkaffoldError(
      `there is no image "${name}", only ${images.map((image) => image.name).join(', ')}`,
    );
  return { registry, name, tag };
}

function architecturesOf(platforms: string): readonly Architecture[] {
  if (platforms === '') return [ownArchitecture()];
  return platforms.split(',').map((platform) => {
    const known = architectures.find((architecture) => architecture.platform === platform);
    if (known === undefined)
      throw new SkaffoldError(
        `there are no images for "${platform}", only for ${architectures.map((one) => one.platform).join(', ')}`,
      );
    return known;
  });
}
