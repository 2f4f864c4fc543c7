import { canTry, type PluggedConnection } from '../../connections/connection.ts';
import { isWorking, stateOf } from '../../connections/states/connection-state.ts';
import { RequestError } from '../../errors.ts';
import {
  findPlugin,
  findVersion,
  readyVersion,
  type PluginVersion,
} from '../../plugins/change-plugin.ts';
import type { Plugin, Version } from '../../plugins/plugin.ts';
import type { Activation } from '../activate-version.ts';
import type { Canary, CanarySettings } from './canary.ts';
import { checkHandover, type HandoverParts } from '../handover.ts';

/** Lets versions have a share of the runs, and takes it from them. */
export class TryOutVersion {
  readonly #parts: HandoverParts;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
  }

  async begin(
    id: string,
    number: string,
    { force, ...settings }: Activation & CanarySettings,
  ): Promise<PluginVersion> {
    const { plugins, connections } = this.#parts;
    const { plugin } = await findVersion(plugins, id, number);
    checkActive(plugin, number);
    const { version } = await readyVersion(plugins, id, number);
    this.#parts.profile.check(version);
    if (!force) await checkHandover(this.#parts, plugin, version);
    const canary = canaryOf(plugin, version, settings);
    const first = (await connections.ofPlugin(id)).find((plugged) => canBegin(plugged, version));
    const firstConnection = canary.firstConnection ?? first?.connection.id;
    if (!(await plugins.startCanary(id, { ...canary, firstConnection }))) throw noneActive(id);
    return findVersion(plugins, id, number);
  }

  /** All runs go to the active version again. */
  async withdraw(id: string): Promise<PluginVersion> {
    const { plugins } = this.#parts;
    const { canary, activeVersion } = await findPlugin(plugins, id);
    if (canary === undefined || activeVersion === undefined)
      throw new RequestError(
        'plugin.no_canary.conflict',
        409,
        `no version of ${id} is tried out now`,
      );
    const { version } = canary;
    const reason = 'somebody ended it';
    await plugins.endCanary(id, {
      version,
      outcome: 'withdrawn',
      code: 'canary.withdrawn',
      reason,
    });
    return findVersion(plugins, id, activeVersion);
  }
}

function checkActive({ id, activeVersion }: Plugin, version: string): void {
  if (activeVersion === undefined) throw noneActive(id);
  if (activeVersion === version)
    throw new RequestError(
      'plugin.canary_active.conflict',
      409,
      `version ${version} of ${id} is active and has all runs; try out another one`,
    );
}

function noneActive(id: string): RequestError {
  return new RequestError(
    'plugin.no_active_version.conflict',
    409,
    `${id} has no active version whose runs could be shared; activate one for all runs`,
  );
}

/** What is tried out already goes on, with other settings. */
function canaryOf({ canary }: Plugin, { version }: Version, settings: CanarySettings): Canary {
  const { startedAt, firstConnection } =
    canary?.version === version
      ? canary
      : { startedAt: new Date().toISOString(), firstConnection: undefined };
  return { ...settings, version, startedAt, firstConnection };
}

function canBegin(plugged: PluggedConnection, version: Version): boolean {
  return isWorking(stateOf(plugged)) && canTry(plugged, version);
}
