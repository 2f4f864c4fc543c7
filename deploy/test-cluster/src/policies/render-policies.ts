import {
  selects,
  type ClusterObjects,
  type NetworkPolicy,
  type Peer,
  type Pod,
  type PolicyPort,
} from './cluster-objects.ts';

type Direction = 'ingress' | 'egress';

/** Addresses that a rule names, and the pod that has one, whose named ports it may mean. */
interface Target {
  readonly match: string;
  readonly pod?: Pod;
}

const table = 'made_open_policies';

/**
 * One nftables table that does what the NetworkPolicies say. A pod that a policy selects gets a chain for the direction,
 * in which every permitted connection returns and the end drops.
 */
export function renderPolicies(objects: ClusterObjects): string {
  const pods = objects.pods.filter(hasAddress);
  const known = { ...objects, pods };
  const chains: string[] = [];
  const jumps: Record<Direction, string[]> = { ingress: [], egress: [] };
  for (const direction of ['ingress', 'egress'] as const)
    for (const pod of pods) {
      const policies = objects.policies.filter((policy) => concerns(policy, pod, direction));
      if (policies.length === 0) continue;
      const name = `${direction}_${pod.metadata.uid.replaceAll('-', '')}`;
      const rules = policies.flatMap((policy) => permitted(policy, direction, pod, known));
      chains.push(chain(name, [...new Set(rules)].toSorted(), 'drop'));
      const near = direction === 'ingress' ? 'daddr' : 'saddr';
      jumps[direction].push(`ip ${near} ${pod.status.podIP ?? ''} jump ${name}`);
    }
  // Deleted and made anew in one transaction: the first line is for the time when there is none.
  return [
    `table ip ${table}`,
    `delete table ip ${table}`,
    `table ip ${table} {`,
    ...chains,
    hooked('forward', [...jumps.egress, ...jumps.ingress]),
    hooked('input', jumps.egress), // what a pod sends to the node itself, the API server for example
    '}',
    '',
  ].join('\n');
}

function hasAddress({ spec, status }: Pod): boolean {
  const isOver = status.phase === 'Succeeded' || status.phase === 'Failed';
  return status.podIP !== undefined && spec.hostNetwork !== true && !isOver;
}

function concerns({ metadata, spec }: NetworkPolicy, pod: Pod, direction: Direction): boolean {
  const types = spec.policyTypes ?? ['Ingress', ...(spec.egress === undefined ? [] : ['Egress'])];
  return (
    metadata.namespace === pod.metadata.namespace &&
    types.includes(direction === 'ingress' ? 'Ingress' : 'Egress') &&
    selects(spec.podSelector ?? {}, pod.metadata.labels)
  );
}

function permitted(
  policy: NetworkPolicy,
  direction: Direction,
  pod: Pod,
  objects: ClusterObjects,
): string[] {
  const far = direction === 'ingress' ? 'saddr' : 'daddr';
  return (policy.spec[direction] ?? []).flatMap((rule) => {
    const peers = direction === 'ingress' ? rule.from : rule.to;
    const targets =
      peers === undefined || peers.length === 0
        ? [{ match: '' }]
        : peers.flatMap((peer) => targetsOf(peer, policy, far, objects));
    return targets.flatMap((target) => {
      const named =
        direction === 'ingress' ? [pod] : target.pod === undefined ? objects.pods : [target.pod];
      return portMatches(rule.ports, named).map((port) =>
        [target.match, port, 'return'].filter((part) => part !== '').join(' '),
      );
    });
  });
}

function targetsOf(
  { ipBlock, podSelector, namespaceSelector }: Peer,
  policy: NetworkPolicy,
  far: string,
  { pods, namespaces }: ClusterObjects,
): Target[] {
  if (ipBlock !== undefined) {
    // Its pods have no such addresses, and the table is of the other kind.
    if (ipBlock.cidr.includes(':')) return [];
    const except = ipBlock.except ?? [];
    const but = except.length === 0 ? '' : ` ip ${far} != { ${except.join(', ')} }`;
    return [{ match: `ip ${far} ${ipBlock.cidr}${but}` }];
  }
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels]));
  return pods
    .filter(({ metadata }) =>
      namespaceSelector === undefined
        ? metadata.namespace === policy.metadata.namespace
        : selects(namespaceSelector, labels.get(metadata.namespace)),
    )
    .filter(({ metadata }) => selects(podSelector ?? {}, metadata.labels))
    .map((pod) => ({ match: `ip ${far} ${pod.status.podIP ?? ''}`, pod }));
}

function portMatches(ports: readonly PolicyPort[] = [], named: readonly Pod[]): string[] {
  if (ports.length === 0) return [''];
  return ports.flatMap(({ protocol = 'TCP', port, endPort }) => {
    const name = protocol.toLowerCase();
    if (port === undefined) return [`meta l4proto ${name}`];
    if (typeof port === 'number')
      return [`${name} dport ${String(port)}${endPort === undefined ? '' : `-${String(endPort)}`}`];
    return portsNamed(port, named).map((number) => `${name} dport ${String(number)}`);
  });
}

function portsNamed(name: string, pods: readonly Pod[]): number[] {
  const ports = pods.flatMap(({ spec }) =>
    spec.containers.flatMap((container) => container.ports ?? []),
  );
  return ports.filter((port) => port.name === name).map((port) => port.containerPort);
}

function hooked(hook: 'forward' | 'input', jumps: readonly string[]): string {
  const rules = [
    `type filter hook ${hook} priority -5; policy accept;`,
    'ct state established,related accept',
    ...jumps,
  ];
  return chain(`policies_${hook}`, rules);
}

function chain(name: string, rules: readonly string[], end?: string): string {
  const lines = [...rules, ...(end === undefined ? [] : [end])].map((rule) => `    ${rule}`);
  return [`  chain ${name} {`, ...lines, '  }'].join('\n');
}
