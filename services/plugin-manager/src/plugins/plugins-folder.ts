import type { Logger } from '@made-open/nest';
import { relative } from 'node:path';
import type { AuditLog } from '../audit/audit-log.ts';
import { findPluginFolders, readPluginFolder, type PluginFolder } from './read-plugin-folder.ts';
import type { RegisterPlugin } from './register-plugin.ts';

export interface PluginsFolderParts {
  /** Absent: plugins are pushed, and nothing is loaded. */
  readonly path: string | undefined;
  readonly registration: Pick<RegisterPlugin, 'register'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
}

const everyMs = 5000;

/** Loads the plugins of a folder like pushes, at the start and whenever a file of theirs changes. None is approved by that. */
export class PluginsFolder {
  readonly #parts: PluginsFolderParts;
  /** What was tried of each plugin's folder, whatever came of it. */
  readonly #tried = new Map<string, string>();
  #fault: string | undefined;
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
    const { path = '', logger } = this.#parts;
    try {
      const folders = await findPluginFolders(path);
      this.#fault = undefined;
      for (const folder of folders)
        if (this.#tried.get(folder.path) !== folder.fingerprint) await this.#load(path, folder);
    } catch (error) {
      const fault = error instanceof Error ? error.message : 'unknown fault';
      if (fault !== this.#fault) logger.error('PLUGINS_DIR cannot be loaded now', { path, error });
      this.#fault = fault;
    }
  }

  async #load(root: string, folder: PluginFolder): Promise<void> {
    const { registration, audit, logger } = this.#parts;
    const name = relative(root, folder.path) || '.';
    try {
      const pushed = await registration.register(await readPluginFolder(folder));
      const { pluginId, version, digest } = pushed.version;
      if (pushed.isNew) {
        const target = `${pluginId} ${version} ${digest}`;
        await audit.append({ who: 'system', action: 'plugin.load', target }, `done: ${name}`);
        logger.info('plugin loaded', { folder: name, pluginId, version });
      }
    } catch (error) {
      if (isPassing(error)) throw error;
      logger.error('a plugin of PLUGINS_DIR cannot be loaded', { folder: name, error });
    }
    this.#tried.set(folder.path, folder.fingerprint);
  }
}

/** Not the plugin's fault: to be tried again as it is. */
function isPassing(error: unknown): boolean {
  return !(error instanceof Error && 'retry' in error && error.retry === 'never');
}
