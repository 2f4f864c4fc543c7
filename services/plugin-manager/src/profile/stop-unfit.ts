import type { Logger } from '@made-open/nest';
import type { AuditLog } from '../audit/audit-log.ts';
import { everyPlugin } from '../plugins/every-plugin.ts';
import type { Plugin } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import type { Profile } from './profile.ts';

export interface StopUnfitParts {
  readonly plugins: PluginStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
  readonly profile: Profile;
}

/** At the start: what was activated under another profile and does not fit this one is taken out of use. */
export async function stopUnfit(parts: StopUnfitParts): Promise<void> {
  for await (const plugin of everyPlugin(parts.plugins)) await look(parts, plugin);
}

async function look(
  { plugins, audit, logger, profile }: StopUnfitParts,
  { id, activeVersion, canary }: Plugin,
): Promise<void> {
  if (activeVersion === undefined) return;
  const versions = [activeVersion, ...(canary === undefined ? [] : [canary.version])];
  const found = await Promise.all(versions.map((version) => plugins.version(id, version)));
  const faults = found.flatMap((version) =>
    version === undefined ? [] : profile.faultsOf(version),
  );
  if (faults.length === 0) return;
  const target = `${id} ${activeVersion}`;
  const reason = `PLATFORM_PROFILE=${profile.name}: ${faults.join('; ')}`;
  await audit.append({ who: 'system', action: 'plugin.disable', target }, reason);
  await plugins.activate(id, undefined);
  logger.warn('plugin taken out of use', { pluginId: id, version: activeVersion, reason });
}
