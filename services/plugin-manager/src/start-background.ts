import type { Platform } from '@made-open/nest';
import type { OutboxRelay } from '@made-open/postgres';
import type { OverrideView } from './egress/override-file.ts';
import { ImportManifests } from './http-manifests/import-manifests.ts';
import type { ManagerParts } from './manager-parts.ts';
import { RegisterPlugin } from './plugins/register-plugin.ts';
import { runtimesOf } from './plugins/script-of.ts';
import { LogRetention } from './runs/logs/log-retention.ts';
import { PluginsFolder } from './uploads/plugins-folder.ts';

/** What goes on by itself, and ends with the service: first the runners, which still have something to say. */
export function startBackground(
  platform: Platform,
  { fleet, overrides, audit, runLogs, taskLoop, canaries }: ManagerParts,
  relay: OutboxRelay,
): void {
  const { logger } = platform;
  const retention = new LogRetention(runLogs, logger);
  const noteOverrides = (view: readonly OverrideView[]): void => {
    const target = view.map(({ host, address, port }) => `${host}=${address}:${String(port)}`);
    audit
      .append({ who: 'system', action: 'egress.overrides', target: target.join(' ') }, 'in effect')
      .catch((error: unknown) => logger.error('the audit could not be written', { error }));
  };
  noteOverrides(overrides.view());
  overrides.watch((view) => {
    noteOverrides(view);
    fleet.kickAll();
  });
  relay.start();
  retention.start();
  fleet.start();
  canaries.start();
  taskLoop.start();
  platform.beforeStop(() => fleet.stop());
  platform.onStop(() => canaries.stop());
  platform.onStop(() => taskLoop.stop());
  platform.onStop(() => {
    overrides.stop();
    return retention.stop();
  });
  platform.onStop(() => relay.stop());
}

/** Loads what lies in the folder of plugins, now and when it changes. */
export function loadFolder(
  platform: Platform,
  parts: ManagerParts,
  path: string | undefined,
): void {
  const { plugins, manifests, audit } = parts;
  const registration = new RegisterPlugin(plugins, runtimesOf(parts));
  const imports = new ImportManifests({ plugins, manifests, registration });
  const folder = new PluginsFolder({ path, registration, imports, audit, logger: platform.logger });
  folder.start();
  platform.onStop(() => folder.stop());
}
