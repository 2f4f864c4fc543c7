/** An object of the cluster, as far as the stories look at it. */
export interface Found {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: { readonly replicas?: number };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Of a pod. */
export function isReady({ status }: Found): boolean {
  const found = status.conditions?.find(({ type }) => type === 'Ready');
  return found?.status === 'True';
}

/** The same state for each target. */
export function stateOf<T>(targets: readonly string[], state: T): Record<string, T> {
  return Object.fromEntries(targets.map((target) => [target, state]));
}
