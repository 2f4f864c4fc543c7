import type { V1Deployment } from '@kubernetes/client-node';
import type { Logger } from '@made-open/nest';
import {
  FleetDriver,
  type RunnerRoom,
  type RunnerSet,
  type RunnerSetStatus,
} from '../fleet/fleet-driver.ts';
import type { DeploymentState } from './cluster-state.ts';
import { deploymentName } from './deployment-name.ts';
import { driftOf } from './drift.ts';
import { annotations } from './names.ts';
import type { ClusterNote, RunnerCluster } from './runner-cluster.ts';
import { brokenOf, setStatus, type Broken } from './set-status.ts';

export interface KubernetesFleetParts {
  readonly cluster: RunnerCluster;
  readonly installation: string;
  /** The Deployment of a set; held back, it says why. */
  readonly deployment: (set: RunnerSet, broken?: string) => V1Deployment;
  /** Runs that a pod takes at a time. */
  readonly concurrencyOf: (room: RunnerRoom) => number;
  readonly logger: Logger;
  readonly nowMs?: () => number;
}

type SetKey = Pick<RunnerSet, 'pluginId' | 'version'>;

interface Wanted {
  readonly set: RunnerSet;
  /** The Deployment as it was applied last, and the generation that this made. */
  applied: { readonly text: string; readonly generation: number } | undefined;
  /** Why it could not be applied. */
  fault: string | undefined;
}

interface Change {
  readonly before: DeploymentState | undefined;
  readonly deployment: V1Deployment;
  readonly text: string;
  /** How it is not as it was applied. */
  readonly drift: string | undefined;
  readonly broken: Broken | undefined;
}

/** So many ends in a row, between which the cluster waits ever longer: 2.5 minutes. */
const maxCrashes = 5;

/** Runs sets as Deployments, and keeps each as it was applied: whatever else changes or deletes it is repaired, and told. */
export class KubernetesFleetDriver extends FleetDriver {
  readonly #parts: KubernetesFleetParts;
  readonly #wanted = new Map<string, Wanted>();
  /** One change of a Deployment at a time. */
  readonly #work = new Map<string, Promise<void>>();
  #onChange: (pluginId: string) => void = () => undefined;

  constructor(parts: KubernetesFleetParts) {
    super();
    this.#parts = parts;
  }

  override async start(onChange: (pluginId: string) => void): Promise<void> {
    this.#onChange = onChange;
    await this.#parts.cluster.start((name) => this.#changed(name));
  }

  override list(): readonly RunnerSetStatus[] {
    const { cluster } = this.#parts;
    const nowMs = this.#nowMs();
    const deployments = cluster.deployments();
    const present = deployments.map((deployment) => {
      const status = setStatus(deployment, cluster.pods(), nowMs);
      return { ...status, fault: this.#wanted.get(deployment.name)?.fault ?? status.fault };
    });
    const names = new Set(deployments.map(({ name }) => name));
    const missing = [...this.#wanted].filter(([name]) => !names.has(name));
    return [...present, ...missing.map(([, { set, fault }]) => missingStatus(set, fault))];
  }

  override concurrencyOf(room: RunnerRoom): number {
    return this.#parts.concurrencyOf(room);
  }

  override async apply(set: RunnerSet): Promise<void> {
    const name = this.#name(set);
    const before = this.#wanted.get(name);
    this.#wanted.set(name, { set, applied: before?.applied, fault: before?.fault });
    await this.#inTurn(name, () => this.#bring(name));
  }

  override async remove(set: SetKey): Promise<void> {
    const name = this.#name(set);
    this.#wanted.delete(name);
    await this.#inTurn(name, async () => {
      const deployment = this.#find(name);
      if (deployment !== undefined && !deployment.isEnding) await this.#parts.cluster.remove(name);
    });
  }

  override async reset(set: SetKey): Promise<void> {
    const name = this.#name(set);
    await this.#inTurn(name, () => this.#bring(name, { isForgiven: true }));
  }

  override async release(): Promise<void> {
    this.#wanted.clear();
    await Promise.allSettled(this.#work.values());
  }

  /** Its runners go on: they outlive this process, and another manager takes them over. */
  override async stop(): Promise<void> {
    this.#wanted.clear();
    this.#parts.cluster.stop();
    await Promise.allSettled(this.#work.values());
  }

  #changed(name: string): void {
    const pluginId =
      this.#wanted.get(name)?.set.pluginId ?? this.#find(name)?.annotations[annotations.pluginId];
    if (pluginId !== undefined) this.#onChange(pluginId);
    if (!this.#wanted.has(name)) return;
    this.#inTurn(name, () => this.#bring(name)).catch((error: unknown) =>
      this.#parts.logger.warn('runners could not be repaired', { deployment: name, error }),
    );
  }

  /** Brings a Deployment to its form, unless it is there in it already; forgiven, it is not held back for what was before. */
  async #bring(name: string, { isForgiven } = { isForgiven: false }): Promise<void> {
    const wanted = this.#wanted.get(name);
    if (wanted === undefined) return;
    const before = this.#find(name);
    const broken = isForgiven ? undefined : this.#brokenNow(wanted.set, before);
    const change = this.#changeOf(wanted, before, broken);
    if (change === undefined) return;
    try {
      const after = await this.#put(change);
      wanted.fault = undefined;
      const isNew = wanted.applied?.text !== change.text;
      wanted.applied = { text: change.text, generation: after.generation };
      if (!isNew) await this.#tellRepair(after, change);
      else if (change.broken !== undefined) await this.#tellBroken(after, change.broken);
    } catch (error) {
      wanted.fault = error instanceof Error ? error.message : 'the cluster refused it';
      throw error;
    }
  }

  /** What to apply; undefined when there is nothing to do. */
  #changeOf(
    wanted: Wanted,
    before: DeploymentState | undefined,
    broken: Broken | undefined,
  ): Change | undefined {
    // The end of one that is being deleted is heard of, and it comes back then.
    if (before?.isEnding === true) return undefined;
    const deployment = this.#parts.deployment(wanted.set, broken && JSON.stringify(broken));
    const text = JSON.stringify(deployment);
    const drift = driftOf(before, deployment);
    const isAsApplied =
      drift === undefined &&
      wanted.applied?.text === text &&
      wanted.applied.generation === before?.generation;
    return isAsApplied ? undefined : { before, deployment, text, drift, broken };
  }

  async #put({ before, deployment }: Change): Promise<DeploymentState> {
    const { cluster } = this.#parts;
    if (before !== undefined && before.meddlers.length > 0) await cluster.replacePods(deployment);
    return cluster.apply(deployment);
  }

  #brokenNow(set: RunnerSet, deployment: DeploymentState | undefined): Broken | undefined {
    if (deployment === undefined) return undefined;
    const { fingerprint, crashes, fault } = setStatus(
      deployment,
      this.#parts.cluster.pods(),
      this.#nowMs(),
    );
    if (fingerprint !== set.fingerprint) return undefined;
    const known = brokenOf(deployment);
    if (known !== undefined || crashes < maxCrashes) return known;
    return { fingerprint, crashes, fault: fault ?? 'its process ended' };
  }

  async #tellRepair(after: DeploymentState, { before, drift }: Change): Promise<void> {
    // Something was set that is not said here, and was left alone.
    if (drift === undefined && after.generation === before?.generation) return;
    const what = drift ?? 'it was changed';
    this.#parts.logger.info('runners were repaired', { deployment: after.name, what });
    const hint = `to set a number of replicas yourself, annotate it with ${annotations.replicas}, or use the admin API`;
    await this.#note(after, {
      reason: 'Repaired',
      message: `plugin-manager repaired it: ${what}; ${hint}`,
    });
  }

  #tellBroken(deployment: DeploymentState, { crashes, fault }: Broken): Promise<void> {
    const message = `held back after ${String(crashes)} crashes (${fault}); reset it at the admin API`;
    return this.#note(deployment, { reason: 'HeldBack', message });
  }

  async #note(deployment: DeploymentState, note: ClusterNote): Promise<void> {
    const { cluster, logger } = this.#parts;
    await cluster
      .note(deployment, note)
      .catch((error: unknown) => logger.warn('an event could not be written', { error }));
  }

  #inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#work.get(name) ?? Promise.resolve()).catch(() => undefined).then(work);
    const kept = turn
      .catch(() => undefined)
      .finally(() => {
        if (this.#work.get(name) === kept) this.#work.delete(name);
      });
    this.#work.set(name, kept);
    return turn;
  }

  #find(name: string): DeploymentState | undefined {
    return this.#parts.cluster.deployments().find((deployment) => deployment.name === name);
  }

  #name(set: SetKey): string {
    return deploymentName(this.#parts.installation, set);
  }

  #nowMs(): number {
    return (this.#parts.nowMs ?? Date.now)();
  }
}

/** Of a set that the cluster has not taken yet. */
function missingStatus(
  { pluginId, version, lane, fingerprint, replicas: wanted }: RunnerSet,
  fault: string | undefined,
): RunnerSetStatus {
  const none = { present: 0, ready: 0, crashes: 0, isBroken: false } as const;
  const unknown = { startedAt: undefined, pinned: undefined } as const;
  return { pluginId, version, lane, fingerprint, wanted, fault, ...none, ...unknown };
}
