import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '@made-open/images';
import type { ClusterObjects, Namespace, NetworkPolicy, Pod } from './cluster-objects.ts';
import { renderPolicies } from './render-policies.ts';

const everyMs = 250;

/**
 * Keeps the node's rules as the NetworkPolicies are; the network of a bridge plugin does not. For tests alone: it looks
 * at all pods again and again, and knows one node.
 */
export async function enforcePolicies(
  folder: string,
  note: (text: string) => void,
): Promise<never> {
  const list = objectLister(folder);
  let loaded = '';
  let problem = '';
  for (;;) {
    try {
      const rules = renderPolicies(await readObjects(list));
      if (rules !== loaded) await runCommand('nft', ['--file', '-'], { input: rules });
      loaded = rules;
      problem = '';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== problem) note(`network policies are not up to date: ${reason}`);
      problem = reason;
    }
    await sleep(everyMs);
  }
}

/** Trusts the answer's form: the API server has checked what it stores against its own schemas. */
type Lister = <T>(path: string) => Promise<T[]>;

async function readObjects(list: Lister): Promise<ClusterObjects> {
  const [pods, namespaces, policies] = await Promise.all([
    list<Pod>('/api/v1/pods'),
    list<Namespace>('/api/v1/namespaces'),
    list<NetworkPolicy>('/apis/networking.k8s.io/v1/networkpolicies'),
  ]);
  return { pods, namespaces, policies };
}

function objectLister(folder: string): Lister {
  const read = (name: string): string => readFileSync(join(folder, 'certificates', name), 'utf8');
  const agent = new Agent({
    keepAlive: true,
    ca: read('ca.crt'),
    cert: read('admin.crt'),
    key: read('admin.key'),
  });
  return async <T>(path: string): Promise<T[]> => {
    // Version 0 is answered from the server's cache.
    const text = await get(`https://127.0.0.1:6443${path}?resourceVersion=0`, agent);
    const { items }: { items?: T[] } = JSON.parse(text);
    return items ?? [];
  };
}

function get(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('error', reject);
      response.once('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(text.slice(0, 500))),
      );
    });
    asked.once('error', reject);
    asked.end();
  });
}
