import type { V1Deployment } from '@kubernetes/client-node';
import type { DeploymentState, PodState } from './cluster-state.ts';
import { RunnerCluster, type ClusterNote } from './runner-cluster.ts';

/** A cluster that is nowhere; tests do to it what people and controllers do to a real one. */
export class MemoryRunnerCluster extends RunnerCluster {
  readonly notes: ClusterNote[] = [];
  readonly applied: V1Deployment[] = [];
  replaced = 0;
  /** Why it refuses what is applied. */
  refusal: Error | undefined;
  podList: readonly PodState[] = [];
  readonly #deployments = new Map<string, DeploymentState>();
  /** Of every manager that watches it. */
  readonly #watchers = new Set<(name: string) => void>();

  override start(onChange: (name: string) => void): Promise<void> {
    this.#watchers.add(onChange);
    return Promise.resolve();
  }

  override deployments(): readonly DeploymentState[] {
    return [...this.#deployments.values()];
  }

  override pods(): readonly PodState[] {
    return this.podList;
  }

  override apply(deployment: V1Deployment): Promise<DeploymentState> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    this.applied.push(deployment);
    const after = applied(deployment, this.#deployments.get(deployment.metadata?.name ?? ''));
    this.#deployments.set(after.name, after);
    return Promise.resolve(after);
  }

  override replacePods(deployment: V1Deployment): Promise<DeploymentState> {
    this.replaced++;
    return this.apply(deployment);
  }

  override remove(name: string): Promise<void> {
    this.#deployments.delete(name);
    return Promise.resolve();
  }

  override note(_: DeploymentState, note: ClusterNote): Promise<void> {
    this.notes.push(note);
    return Promise.resolve();
  }

  override stop(): void {
    this.#watchers.clear();
  }

  /** What somebody else does to a Deployment. */
  change(name: string, of: Partial<DeploymentState>): void {
    const before = this.#deployments.get(name);
    if (before === undefined) throw new TypeError(`there is no ${name}`);
    this.#deployments.set(name, { ...before, ...of });
    this.#changed(name);
  }

  delete(name: string): void {
    this.#deployments.delete(name);
    this.#changed(name);
  }

  /** The pods that its controllers made of it. */
  setPods(pods: readonly PodState[]): void {
    this.podList = pods;
    for (const name of new Set(pods.map(({ runner }) => runner))) this.#changed(name);
  }

  #changed(name: string): void {
    for (const watcher of this.#watchers) watcher(name);
  }
}

const nothing: DeploymentState = {
  name: '',
  uid: '',
  generation: 0,
  labels: {},
  annotations: {},
  replicas: -1,
  isEnding: false,
  failure: undefined,
  meddlers: [],
};

function applied(
  { metadata = {}, spec }: V1Deployment,
  before: DeploymentState = nothing,
): DeploymentState {
  const replicas = spec?.replicas ?? 0;
  const isChanged = before.replicas !== replicas || before.meddlers.length > 0;
  // What was said before and is no more said goes away.
  const { 'made-open.io/broken': _, ...annotations } = before.annotations;
  return {
    ...nothing,
    name: metadata.name ?? '',
    uid: `uid of ${String(metadata.name)}`,
    generation: before.generation + (isChanged ? 1 : 0),
    labels: { ...before.labels, ...metadata.labels },
    annotations: { ...annotations, ...metadata.annotations },
    replicas,
  };
}
