/** A pod, as far as it says whose runner it is. */
export interface RunnerPod {
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isEnding: boolean;
}

/** Pods of the runners' namespace. */
export abstract class Pods {
  abstract find(name: string): Promise<RunnerPod | undefined>;
}
