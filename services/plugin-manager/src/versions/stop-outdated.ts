import type { Logger } from '@made-open/nest';
import { setTimeout } from 'node:timers/promises';
import type { AuditLog } from '../audit/audit-log.ts';
import { faultOf, type Plugin } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';

export interface StopOutdatedParts {
  readonly plugins: PluginStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
  /** Before it is tried again. */
  readonly pauseMs?: number;
}

const pageSize = 200;
const pauseMs = 5000;

/** Looks through the plugins, again until it has come to the end: nobody else tells of those that do not run. */
export class StopOutdated {
  readonly #parts: StopOutdatedParts;
  readonly #end = new AbortController();
  #busy: Promise<void> = Promise.resolve();

  constructor(parts: StopOutdatedParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#busy = this.#untilDone();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#busy;
  }

  async #untilDone(): Promise<void> {
    const { signal } = this.#end;
    for (let isFirst = true; !signal.aborted; isFirst = false)
      try {
        await stopOutdated(this.#parts);
        return;
      } catch (error) {
        const message = 'the plugins could not be looked through, which is tried again';
        if (isFirst) this.#parts.logger.warn(message, { error });
        await setTimeout(this.#parts.pauseMs ?? pauseMs, undefined, { signal }).catch(
          () => undefined,
        );
      }
  }
}

/**
 * At the start: another version of the platform may run other versions of the plugin API. Everybody hears of the
 * connections that stop, or go on, with it; of those that stop each time, as a replica of the version before may have told otherwise.
 */
export async function stopOutdated(parts: StopOutdatedParts): Promise<void> {
  for (let after: string | undefined; ;) {
    const page = await parts.plugins.plugins({ limit: pageSize, after });
    for (const plugin of page.data) await look(parts, plugin);
    if (page.next === undefined) return;
    after = page.next;
  }
}

async function look(
  { plugins, audit, logger }: StopOutdatedParts,
  { id, activeVersion = '' }: Plugin,
): Promise<void> {
  const active = await plugins.version(id, activeVersion);
  const reason = active && faultOf(active);
  const isStopped = reason !== undefined;
  if (!(await plugins.setStopped(id, isStopped))) return;
  const action = isStopped ? 'plugin.stop' : 'plugin.go_on';
  const target = `${id} ${activeVersion}`.trim();
  await audit.append({ who: 'system', action, target }, reason ?? 'done');
  const message = isStopped ? 'plugin stopped' : 'plugin goes on';
  logger.warn(message, { pluginId: id, version: activeVersion, reason });
}
