import type { V1Deployment } from '@kubernetes/client-node';
import type { DeploymentState, PodState } from './cluster-state.ts';

/** What operators are told about a Deployment, in the cluster's own events. */
export interface ClusterNote {
  readonly reason: string;
  readonly message: string;
}

/** The runners' part of a cluster. */
export abstract class RunnerCluster {
  /** Resolves when all is known; `onChange` hears the name of a Deployment when it, or a pod of it, has changed. */
  abstract start(onChange: (name: string) => void): Promise<void>;
  abstract deployments(): readonly DeploymentState[];
  abstract pods(): readonly PodState[];
  /** Makes it, or brings what is there to this form; what is not said in it stays as it is. */
  abstract apply(deployment: V1Deployment): Promise<DeploymentState>;
  /** Puts what its pods should be in place as a whole, so that nothing else remains in it. */
  abstract replacePods(deployment: V1Deployment): Promise<DeploymentState>;
  /** Its pods hand back what they have in hand. */
  abstract remove(name: string): Promise<void>;
  abstract note(deployment: DeploymentState, note: ClusterNote): Promise<void>;
  abstract stop(): void;
}
