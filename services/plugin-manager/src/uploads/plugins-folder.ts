import type { Logger } from '@made-open/nest';
import type { AuditLog } from '../audit/audit-log.ts';
import { findPluginFolders, readPluginFolder, type PluginFolder } from './read-plugin-folder.ts';
import type { ImportManifests } from '../http-manifests/import-manifests.ts';
import type { Registered, RegisterPlugin } from '../plugins/register-plugin.ts';

export interface PluginsFolderParts {
  /** Absent: plugins are pushed, and nothing is loaded. */
  readonly path: string | undefined;
  readonly registration: Pick<RegisterPlugin, 'register'>;
  /** Takes manifests of Faxbot. */
  readonly imports: Pick<ImportManifests, 'import'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
}

const everyMs = 5000;

/** Loads the plugins of a folder like pushes, at the start and whenever a file of theirs changes. None is approved by that. */
export class PluginsFolder {
  readonly #parts: PluginsFolderParts;
  /** What was tried of each plugin's folder, whatever came of it. */
  readonly #tried = new Map<string, string>();
  /** What was said of each folder that cannot be loaded as things are. */
  #faults = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> | undefined;

  constructor(parts: PluginsFolderParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#parts.path === undefined) return;
    const look = (): void =>
      void (this.#busy ??= this.refresh().finally(() => (this.#busy = undefined)));
    this.#timer = setInterval(look, everyMs);
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
  }

  /** Looks once; what cannot be loaded is said in the log, once for each state of its files. */
  async refresh(): Promise<void> {
    const before = this.#faults;
    this.#faults = new Map();
    const { plugins, faults } = await findPluginFolders(this.#parts.path ?? '');
    for (const { name, error } of faults) this.#note(before, name, error);
    for (const plugin of plugins) {
      if (this.#tried.get(plugin.name) === plugin.fingerprint) continue;
      try {
        await this.#load(plugin);
      } catch (error) {
        this.#note(before, plugin.name, error);
      }
    }
  }

  /** Said again when something else came in between, or it went well. */
  #note(before: ReadonlyMap<string, string>, folder: string, error: unknown): void {
    const fault = error instanceof Error ? error.message : 'unknown fault';
    this.#faults.set(folder, fault);
    if (before.get(folder) === fault) return;
    const { path, logger } = this.#parts;
    logger.error('part of PLUGINS_DIR cannot be loaded now', { path, folder, error });
  }

  /** Throws what is not the plugin's fault: it is to be tried again as it is. */
  async #load(folder: PluginFolder): Promise<void> {
    const { audit, logger } = this.#parts;
    const { name, fingerprint } = folder;
    try {
      const pushed = await this.#register(folder);
      if (pushed?.isNew === true) {
        const { pluginId, version, digest } = pushed.version;
        const target = `${pluginId} ${version} ${digest}`;
        await audit.append({ who: 'system', action: 'plugin.load', target }, `done: ${name}`);
        logger.info('plugin loaded', { folder: name, pluginId, version });
      }
    } catch (error) {
      if (isPassing(error)) throw error;
      logger.error('a plugin of PLUGINS_DIR cannot be loaded', { folder: name, error });
    }
    this.#tried.set(name, fingerprint);
  }

  /** Undefined for a manifest of Faxbot that does not run yet. */
  async #register(folder: PluginFolder): Promise<Registered | undefined> {
    const { registration, imports, logger } = this.#parts;
    const { name, manifest } = folder;
    if (manifest?.kind !== 'http' || !manifest.isLegacy)
      return registration.register(await readPluginFolder(folder));
    const [result] = await imports.import(manifest.text);
    if (result?.registered === undefined)
      logger.warn('a manifest of PLUGINS_DIR does not run as it is', {
        folder: name,
        state: result?.state,
        report: result?.report,
      });
    return result?.registered;
  }
}

function isPassing(error: unknown): boolean {
  return !(error instanceof Error && 'retry' in error && error.retry === 'never');
}
