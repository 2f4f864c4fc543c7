import { BundleError, bundlePlugin, type SourceFiles } from '@made-open/bundler';
import { ManifestError, readManifest, type Manifest } from '@made-open/manifest';
import { uploadDigest } from '../bundles/digest.ts';
import { RequestError } from '../errors.ts';
import type { Plugin, Version } from './plugin.ts';
import type { PluginStore } from './plugin-store.ts';
import type { Upload } from '../uploads/read-upload.ts';

export interface Registered {
  readonly plugin: Plugin;
  readonly version: Version;
  /** False: exactly this was pushed before. True also for one that replaces a version nobody has released. */
  readonly isNew: boolean;
}

/** Checks what was pushed, makes one script of it, and stores it as a version. */
export class RegisterPlugin {
  readonly #store: PluginStore;

  constructor(store: PluginStore) {
    this.#store = store;
  }

  async register({ manifestText, files, bundle }: Upload): Promise<Registered> {
    const manifest = readManifest(manifestText);
    checkName(manifest);
    checkRuntime(manifest);
    const digest = uploadDigest(
      manifestText,
      bundle === undefined ? files : new Map([['', bundle]]),
    );
    const known = await this.#find(manifest);
    if (known?.version.digest === digest) return { ...known, isNew: false };
    if (known?.version.isReleased !== true)
      await this.#add(manifest, { manifestText, files, bundle }, digest);
    const found = await this.#find(manifest);
    // Another push of the same version, or its approval, may have come first.
    if (found === undefined || found.version.digest !== digest)
      throw new RequestError(
        'plugin.version_exists.conflict',
        409,
        `version ${manifest.version} of ${manifest.id} exists with other content and was approved or activated, so it does not change any more: raise "version" in plugin.json`,
      );
    return { ...found, isNew: true };
  }

  async #add(
    manifest: Manifest,
    { manifestText, files, bundle }: Upload,
    digest: string,
  ): Promise<void> {
    const plugin = await this.#store.plugin(manifest.id);
    if (plugin !== undefined && plugin.type !== manifest.type)
      throw new RequestError(
        'plugin.type_changed.conflict',
        409,
        `${manifest.id} is a ${plugin.type} and cannot become a ${manifest.type}; push it under another id`,
      );
    const script =
      bundle === undefined
        ? await scriptOf(manifest, files, manifest.entrypoint)
        : await scriptOf(manifest, new Map([['bundle.js', bundle]]), './bundle.js');
    await this.#store.add({ manifest, manifestText, digest, bundle: script });
  }

  async #find({
    id,
    version,
  }: Manifest): Promise<{ plugin: Plugin; version: Version } | undefined> {
    const [plugin, found] = [
      await this.#store.plugin(id),
      await this.#store.version(id, version),
    ] as const;
    return plugin === undefined || found === undefined ? undefined : { plugin, version: found };
  }
}

async function scriptOf(
  { type }: Manifest,
  files: SourceFiles,
  entrypoint: string,
): Promise<string> {
  try {
    return await bundlePlugin(files, entrypoint, { type });
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const { code, message, errors } = error;
    const status = code === 'bundle.too_large' ? 413 : 422;
    throw new RequestError(code, status, message, errors.length === 0 ? {} : { errors });
  }
}

function checkRuntime({ runtime = 'javascript' }: Manifest): void {
  if (runtime !== 'javascript')
    throw new RequestError(
      'plugin.runtime',
      422,
      `plugin.json asks for the runtime "${runtime}"; this platform runs javascript`,
    );
}

/** Names are shown to people and stored as text, which holds no NUL. */
function checkName({ name }: Manifest): void {
  if (/\p{C}/u.test(name))
    throw new ManifestError(['name has characters that cannot be shown; use letters and blanks']);
}
