import type { Logger } from '@made-open/nest';
import type { AuditLog } from '../audit/audit-log.ts';
import { faultOf, type Plugin } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';

export interface StopOutdatedParts {
  readonly plugins: PluginStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
}

const pageSize = 200;

/**
 * At the start: another version of the platform may run other versions of the plugin API. Everybody hears of the
 * connections that stop, or go on, with it.
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
