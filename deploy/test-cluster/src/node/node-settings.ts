import type { Addresses } from '../network/addresses.ts';

/** What the script inside the namespaces needs to know. */
export interface NodeSettings {
  /** Everything of the cluster lies here. */
  readonly folder: string;
  /** The binary of all components. */
  readonly components: string;
  /** The folder of nginx. */
  readonly nginx: string;
  readonly addresses: Addresses;
  /** Ends the cluster when the process that started it is gone. */
  readonly endWithStarter: boolean;
}

export const containerdSocket = '/run/containerd/containerd.sock';
export const componentsImage = 'localhost/made-open/kubernetes:1';
export const clusterDomain = 'cluster.local';
