import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandError } from '../errors.ts';
import { runCommand } from '../run-command.ts';

export interface ImageBuild {
  /** Name with tag, `localhost/made-open/etl:dev`. */
  readonly name: string;
  readonly dockerfile: string;
  /** Folder that COPY reads. */
  readonly context: string;
  readonly arguments?: Readonly<Record<string, string>>;
  /** Stage to build; the last one without it. */
  readonly target?: string;
  /** `linux/arm64`; that of this machine without it. */
  readonly platform?: string;
}

/**
 * Images in a folder of their own: built by buildah without a daemon, as root without namespaces of its own, so that it
 * works in a container, too.
 */
export class ImageStore {
  readonly #options: readonly string[];

  constructor(folder: string) {
    this.#options = ['--root', join(folder, 'images'), '--runroot', join(folder, 'run')];
  }

  async build(build: ImageBuild): Promise<void> {
    const args = Object.entries(build.arguments ?? {});
    await this.#buildah([
      'build',
      '--isolation=chroot',
      '--pull-never',
      '--layers',
      '--format=oci',
      // The same content is the same digest, whenever it was built.
      '--timestamp=0',
      ...(build.platform === undefined ? [] : [`--platform=${build.platform}`]),
      ...(build.target === undefined ? [] : [`--target=${build.target}`]),
      ...args.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      `--tag=${build.name}`,
      `--file=${build.dockerfile}`,
      build.context,
    ]);
  }

  /** Makes a one-layer image of a folder. */
  async import(name: string, folder: string, platform: string): Promise<void> {
    const container = (await this.#buildah(['from', `--platform=${platform}`, 'scratch'])).trim();
    try {
      await this.#buildah(['add', '--quiet', container, folder, '/']);
      await this.#buildah(['commit', '--quiet', '--timestamp=0', container, name]);
    } finally {
      await this.#buildah(['rm', container]);
    }
  }

  /** Pushes one list with a manifest for each architecture, and returns its digest. */
  async pushList(
    list: string,
    members: readonly string[],
    { target, plainHttp }: { readonly target: string; readonly plainHttp: boolean },
  ): Promise<string> {
    const digestFile = join(mkdtempSync(join(tmpdir(), 'digest-')), 'digest');
    try {
      // A list of the same name from an earlier push would only grow.
      await this.#buildah(['manifest', 'rm', list]).catch(() => undefined);
      await this.#buildah(['manifest', 'create', list, ...members]);
      const options = ['--all', '--format=oci', `--digestfile=${digestFile}`];
      if (plainHttp) options.push('--tls-verify=false');
      await this.#buildah(['manifest', 'push', ...options, list, `docker://${target}`]);
      // This command of buildah reports some failures by nothing but what it does not write.
      const digest = existsSync(digestFile) ? readFileSync(digestFile, 'utf8').trim() : '';
      if (!digest.startsWith('sha256:'))
        throw new CommandError('buildah manifest push', `${target} did not reach the registry`);
      return digest;
    } finally {
      rmSync(dirname(digestFile), { recursive: true, force: true });
    }
  }

  /** Writes images into one OCI archive, in which layers that they share are once, and returns their digests by name. */
  async archive(names: readonly string[], file: string): Promise<Record<string, string>> {
    const layout = mkdtempSync(join(dirname(file), 'layout-'));
    try {
      const digests: Record<string, string> = {};
      for (const [index, name] of names.entries()) {
        await this.#buildah([
          'push',
          '--quiet',
          '--disable-compression',
          name,
          `oci:${layout}:${String(index)}`,
        ]);
      }
      const path = join(layout, 'index.json');
      const listed: OciIndex = JSON.parse(readFileSync(path, 'utf8'));
      for (const manifest of listed.manifests) {
        const index = Number(manifest.annotations?.['org.opencontainers.image.ref.name']);
        const name = names[index] ?? '';
        manifest.annotations = { 'io.containerd.image.name': name };
        digests[name] = manifest.digest;
      }
      writeFileSync(path, JSON.stringify(listed));
      await runCommand('tar', ['-C', layout, '-cf', file, 'oci-layout', 'index.json', 'blobs']);
      return digests;
    } finally {
      rmSync(layout, { recursive: true, force: true });
    }
  }

  #buildah(args: readonly string[]): Promise<string> {
    return runCommand('buildah', [...this.#options, ...args]);
  }
}

interface OciIndex {
  readonly manifests: { readonly digest: string; annotations?: Record<string, string> }[];
}
