/** How the operator wants the pods of runners. */
export interface RunnerPodSettings {
  readonly namespace: string;
  /** Tells the runners of several installations in one namespace apart. */
  readonly installation: string;
  /** By digest where the operator gave one: a tag may come to mean something else. */
  readonly image: string;
  readonly pullPolicy: string;
  readonly pullSecrets: readonly string[];
  /** Has no rights; its tokens say which pod it is. */
  readonly serviceAccount: string;
  /** Secret with the credentials of the NATS user that may only ask. */
  readonly bootstrapSecret: string;
  /** A service account of the same namespace: runners go with it, when all is uninstalled. */
  readonly owner?: string;
  /** As pods reach it. */
  readonly natsUrl: string;
  /** Secret with the authority of its certificate. */
  readonly natsAuthority?: { readonly name: string; readonly key: string };
  readonly cpuRequest: string;
  readonly cpuLimit?: string;
  /** Most memory of a pod in MB, whatever its manifest asks for. */
  readonly maxMemoryMb: number;
  /** Kubernetes gives a pod so long to hand its work back. */
  readonly terminationSeconds: number;
  /** For example gVisor; undefined: the cluster's default. */
  readonly runtimeClass?: string;
  readonly priorityClass?: string;
  /** False: the pod has user ids of its own on the node. */
  readonly hostUsers: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly object[];
}
