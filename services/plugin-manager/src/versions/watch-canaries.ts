import type { Logger } from '@made-open/nest';
import type { AuditLog } from '../audit/audit-log.ts';
import type { RunnerView } from '../fleet/runner-view.ts';
import { activateVersion } from '../plugins/change-plugin.ts';
import { everyPlugin } from '../plugins/every-plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { judgeCanary, type Canary, type CountedRun } from './canary.ts';

export interface WatchCanariesParts {
  readonly plugins: PluginStore;
  readonly audit: Pick<AuditLog, 'record' | 'append'>;
  /** The runners as they are. */
  readonly runners: () => Promise<readonly RunnerView[]>;
  readonly logger: Logger;
}

const lookEveryMs = 5000;

/** Gives runs back to the active version when the one that is tried out does worse, and makes it the active one when it does well. */
export class WatchCanaries {
  readonly #parts: WatchCanariesParts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: WatchCanariesParts) {
    this.#parts = parts;
  }

  /** Runs end with news; runners that end are found by looking now and then. */
  start(): void {
    this.#timer = setInterval(() => this.#next(), lookEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Counts the end of a run, and judges. */
  async count(run: CountedRun): Promise<void> {
    if (await this.#parts.plugins.countRun(run)) await this.look(run.pluginId);
  }

  /** As often as anybody likes: what is decided already is not decided again. */
  async look(pluginId: string): Promise<void> {
    const { plugins } = this.#parts;
    const plugin = await plugins.plugin(pluginId);
    const canary = plugin?.canary;
    if (canary === undefined) return;
    const tally = await plugins.canaryTally(pluginId);
    const verdict = judgeCanary(canary, tally, await this.#brokenBy(pluginId, canary));
    if (verdict.kind === 'return') await this.#return(pluginId, canary, verdict.reason);
    if (verdict.kind === 'promote') await this.#promote(pluginId, canary, verdict.reason);
  }

  async #return(pluginId: string, { version }: Canary, reason: string): Promise<void> {
    const { plugins, audit, logger } = this.#parts;
    if (!(await plugins.endCanary(pluginId, { version, outcome: 'returned', reason }))) return;
    const target = `${pluginId} ${version}`;
    await audit.append({ who: 'system', action: 'plugin.canary_return', target }, reason);
    logger.warn('a version that was tried out gave its runs back', { pluginId, version, reason });
  }

  async #promote(pluginId: string, { version }: Canary, reason: string): Promise<void> {
    const { plugins, audit, logger } = this.#parts;
    const target = `${pluginId} ${version}`;
    await audit.record({ who: 'system', action: 'plugin.canary_promote', target }, () =>
      activateVersion(plugins, pluginId, version),
    );
    logger.info('a version that was tried out has all runs', { pluginId, version, reason });
  }

  async #brokenBy(pluginId: string, { version }: Canary): Promise<string | undefined> {
    const runners = await this.#parts.runners();
    const own = runners.find((set) => set.plugin_id === pluginId && set.version === version);
    return own?.state === 'crashed' ? (own.last_fault ?? 'no reason is known') : undefined;
  }

  #next(): void {
    this.#looking = this.#looking.then(() => this.#lookAtAll());
  }

  async #lookAtAll(): Promise<void> {
    const { plugins, logger } = this.#parts;
    try {
      for await (const { id, canary } of everyPlugin(plugins))
        if (canary !== undefined) await this.#lookAtOne(id);
    } catch (error) {
      logger.warn('versions that are tried out could not be looked at', { error });
    }
  }

  /** The trouble of one plugin holds up no other. */
  async #lookAtOne(pluginId: string): Promise<void> {
    await this.look(pluginId).catch((error: unknown) =>
      this.#parts.logger.warn('a version that is tried out could not be judged', {
        pluginId,
        error,
      }),
    );
  }
}
