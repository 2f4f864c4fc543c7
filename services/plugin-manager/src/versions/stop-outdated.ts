import type { Logger } from '@made-open/nest';
import type { AuditLog } from '../audit/audit-log.ts';
import { everyPlugin } from '../plugins/every-plugin.ts';
import { faultOf, type Plugin } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';

export interface StopOutdatedParts {
  readonly plugins: PluginStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
}

/**
 * At the start: another version of the platform may run other versions of the plugin API. Everybody hears of the
 * connections that stop, or go on, with it; of those that stop each time, as a replica of the version before may have told otherwise.
 */
export async function stopOutdated(parts: StopOutdatedParts): Promise<void> {
  for await (const plugin of everyPlugin(parts.plugins)) await look(parts, plugin);
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
