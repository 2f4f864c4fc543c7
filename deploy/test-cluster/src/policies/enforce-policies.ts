import { runCommand } from '@made-open/images';
import { keepInStep } from '../api/keep-in-step.ts';
import { objectLister, type ListObjects } from '../api/list-objects.ts';
import type { ClusterObjects, Namespace, NetworkPolicy, Pod } from './cluster-objects.ts';
import { renderPolicies } from './render-policies.ts';

/** Keeps the node's rules as the NetworkPolicies are; the network of a bridge plugin does not. */
export function enforcePolicies(folder: string, note: (text: string) => void): Promise<never> {
  const list = objectLister(folder);
  return keepInStep(
    {
      what: 'network policies',
      wanted: async () => renderPolicies(await readObjects(list)),
      apply: async (rules) => {
        await runCommand('nft', ['--file', '-'], { input: rules });
      },
    },
    note,
  );
}

async function readObjects(list: ListObjects): Promise<ClusterObjects> {
  const [pods, namespaces, policies] = await Promise.all([
    list<Pod>('/api/v1/pods'),
    list<Namespace>('/api/v1/namespaces'),
    list<NetworkPolicy>('/apis/networking.k8s.io/v1/networkpolicies'),
  ]);
  return { pods, namespaces, policies };
}
