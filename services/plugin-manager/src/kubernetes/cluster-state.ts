import type { RunnerLane } from '../fleet/fleet-driver.ts';

/** A Deployment of runners, as it is. */
export interface DeploymentState {
  readonly name: string;
  readonly uid: string;
  /** Grows with every change of what it should be. */
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly replicas: number;
  /** It is being deleted. */
  readonly isEnding: boolean;
  /** Why pods cannot be made. */
  readonly failure: string | undefined;
  /** Who else has put something into what its pods should be. */
  readonly meddlers: readonly string[];
}

/** A pod of a runner, as it is. */
export interface PodState {
  readonly name: string;
  /** Name of its Deployment. */
  readonly runner: string;
  readonly fingerprint: string;
  /** Whose runs it takes. */
  readonly lane: RunnerLane;
  /** It is being ended, or has ended for good. */
  readonly isEnding: boolean;
  readonly isReady: boolean;
  /** When its process began; undefined while there is none. */
  readonly startedAt: Date | undefined;
  readonly restarts: number;
  /** How its process ended last. */
  readonly lastEnd: string | undefined;
  /** What it waits for: an image, a node with room. */
  readonly waitsFor: string | undefined;
}
