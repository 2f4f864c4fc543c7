import {
  activateVersion,
  approveVersion,
  findPlugin,
  findVersion,
  readyVersion,
  rollBack,
  type PluginVersion,
} from '../plugins/change-plugin.ts';
import { rollbackVersion } from '../plugins/plugin.ts';
import { addGeneratedSecrets } from '../webhooks/generated-secrets.ts';
import { TryOutVersion } from './canary/try-out-version.ts';
import { checkHandover, type HandoverParts } from './handover.ts';

export interface Activation {
  /** Whatever its connections then lack. */
  readonly force: boolean;
}

/** Makes versions the ones that run, unless connections could not go on under them. */
export class ActivateVersion {
  readonly #parts: HandoverParts;
  readonly #trials: TryOutVersion;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
    this.#trials = new TryOutVersion(parts);
  }

  /** Approves permissions of a version that the profile takes. */
  async approve(
    wanted: { id: string; version: string; digest?: string | undefined },
    permissions: readonly string[],
  ): Promise<PluginVersion> {
    const { plugins, profile } = this.#parts;
    profile.check((await findVersion(plugins, wanted.id, wanted.version)).version);
    return approveVersion(plugins, wanted, permissions);
  }

  async activate(id: string, version: string, activation: Activation): Promise<PluginVersion> {
    await this.#prepare(id, version, activation);
    return activateVersion(this.#parts.plugins, id, version);
  }

  /** Goes back to the version that was active before the one that is; while another one is tried out, to the one that is. */
  async rollBack(id: string, activation: Activation): Promise<PluginVersion> {
    const { plugins } = this.#parts;
    const plugin = await findPlugin(plugins, id);
    if (plugin.canary !== undefined) return this.#trials.withdraw(id);
    const version = rollbackVersion(plugin);
    if (version !== undefined) await this.#prepare(id, version, activation);
    return rollBack(plugins, id);
  }

  async #prepare(id: string, number: string, { force }: Activation): Promise<void> {
    // Why it cannot run at all is said before what its connections lack.
    const { plugin, version } = await readyVersion(this.#parts.plugins, id, number);
    this.#parts.profile.check(version);
    await addGeneratedSecrets(this.#parts, version);
    if (!force && plugin.activeVersion !== number)
      await checkHandover(this.#parts, plugin, version);
  }
}
