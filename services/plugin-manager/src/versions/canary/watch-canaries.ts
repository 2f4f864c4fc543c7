import type { Logger } from '@made-open/nest';
import type { AuditLog } from '../../audit/audit-log.ts';
import { RequestError } from '../../errors.ts';
import type { RunnerView } from '../../fleet/runner-view.ts';
import { readyVersion } from '../../plugins/change-plugin.ts';
import { everyPlugin } from '../../plugins/every-plugin.ts';
import { manifestOf } from '../../plugins/plugin.ts';
import { judgeCanary, type Canary, type CanaryReason, type CountedRun } from './canary.ts';
import { addGeneratedSecrets } from '../../webhooks/generated-secrets.ts';
import { checkHandover, type HandoverParts } from '../handover.ts';
import { RunnerTrouble, type RunnerTroubleParts } from './runner-trouble.ts';

export interface WatchCanariesParts extends HandoverParts, RunnerTroubleParts {
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
}

const lookEveryMs = 5000;

/** Gives runs back to the active version when the one that is tried out does worse, and makes it the active one when it does well. */
export class WatchCanaries {
  readonly #parts: WatchCanariesParts;
  readonly #trouble: RunnerTrouble;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: WatchCanariesParts) {
    this.#parts = parts;
    this.#trouble = new RunnerTrouble(parts);
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
    if (canary === undefined) return this.#trouble.forget(pluginId);
    const tally = await plugins.canaryTally(pluginId);
    const verdict = judgeCanary(canary, tally, await this.#trouble.of(pluginId, canary));
    if (verdict.kind === 'return') await this.#return(pluginId, canary, verdict);
    if (verdict.kind === 'promote') await this.#promote(pluginId, canary, verdict);
  }

  async #return(
    pluginId: string,
    { version }: Canary,
    { code, reason }: CanaryReason,
  ): Promise<void> {
    const { plugins, audit, logger } = this.#parts;
    const end = { version, outcome: 'returned', code, reason } as const;
    if (!(await plugins.endCanary(pluginId, end))) return;
    const target = `${pluginId} ${version}`;
    await audit.append({ who: 'system', action: 'plugin.canary_return', target }, reason);
    logger.warn('a version that was tried out gave its runs back', { pluginId, ...end });
  }

  /** Unless somebody has ended it meanwhile; what would refuse its activation to a person does so here. */
  async #promote(pluginId: string, canary: Canary, { code, reason }: CanaryReason): Promise<void> {
    const { plugins, audit, logger } = this.#parts;
    const { version: number } = canary;
    try {
      const { plugin, version } = await readyVersion(plugins, pluginId, number);
      await addGeneratedSecrets(this.#parts, version);
      await checkHandover(this.#parts, plugin, version);
      const { name } = manifestOf(version);
      const end = { version: number, outcome: 'promoted', code, reason } as const;
      if (!(await plugins.endCanary(pluginId, end, name))) return;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const refusal = `it may not become the active one: ${error.message}`;
      return this.#return(pluginId, canary, { code: 'canary.not_promoted', reason: refusal });
    }
    const target = `${pluginId} ${number}`;
    await audit.append({ who: 'system', action: 'plugin.canary_promote', target }, reason);
    logger.info('a version that was tried out has all runs', { pluginId, version: number, reason });
  }

  #next(): void {
    this.#looking = this.#looking.then(() => this.lookAtAll());
  }

  async lookAtAll(): Promise<void> {
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

/** With the runners as the fleet shows them. */
export function canariesOf(
  fleet: { view(): Promise<readonly RunnerView[]> },
  readyWithinMs: number,
  parts: Omit<WatchCanariesParts, 'runners' | 'readyWithinMs'>,
): WatchCanaries {
  return new WatchCanaries({ ...parts, runners: () => fleet.view(), readyWithinMs });
}
