import { ManifestError, type Manifest } from '@made-open/manifest';
import { RequestError } from '../errors.ts';
import type { Plugin, Version } from './plugin.ts';
import type { PluginStore } from './plugin-store.ts';
import { readPush, type Push } from './read-push.ts';
import type { Runtimes } from './script-of.ts';
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
  readonly #runtimes: Runtimes;

  constructor(store: PluginStore, runtimes: Runtimes = { python: false }) {
    this.#store = store;
    this.#runtimes = runtimes;
  }

  async register(upload: Upload): Promise<Registered> {
    const pushed = readPush(upload, this.#runtimes);
    const { manifest, digest } = pushed;
    checkName(manifest);
    const known = await this.#find(manifest);
    if (known?.version.digest === digest) return { ...known, isNew: false };
    if (known === undefined || !(known.version.isReleased || pushed.isFinal))
      await this.#add(pushed);
    const found = await this.#find(manifest);
    // Another push of the same version, or its approval, may have come first.
    if (found === undefined || found.version.digest !== digest) throw exists(pushed);
    return { ...found, isNew: true };
  }

  async #add({ manifest, manifestText, digest, script }: Push): Promise<void> {
    const plugin = await this.#store.plugin(manifest.id);
    if (plugin !== undefined && plugin.type !== manifest.type)
      throw new RequestError(
        'plugin.type_changed.conflict',
        409,
        `${manifest.id} is a ${plugin.type} and cannot become a ${manifest.type}; push it under another id`,
      );
    await this.#store.add({ manifest, manifestText, digest, bundle: await script() });
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

function exists({ manifest: { id, version }, isFinal }: Push): RequestError {
  const why = isFinal ? '' : ' and was approved or activated';
  const where = isFinal ? 'the manifest' : 'plugin.json';
  return new RequestError(
    'plugin.version_exists.conflict',
    409,
    `version ${version} of ${id} exists with other content${why}, so it does not change any more: raise "version" in ${where}`,
  );
}

/** Names are shown to people and stored as text, which holds no NUL. */
function checkName({ name }: Manifest): void {
  if (/\p{C}/u.test(name))
    throw new ManifestError(['name has characters that cannot be shown; use letters and blanks']);
}
