import type { ClusterObjects, NetworkPolicy, Pod } from './cluster-objects.ts';
import { renderPolicies } from './render-policies.ts';

function aPod(
  name: string,
  podIP: string,
  labels: Record<string, string>,
  namespace = 'fleet',
): Pod {
  return {
    metadata: { name, namespace, uid: `uid-${name}`, labels },
    spec: { containers: [{ ports: [{ name: 'http', containerPort: 4100 }] }] },
    status: { podIP, phase: 'Running' },
  };
}

function aPolicy(spec: NetworkPolicy['spec']): NetworkPolicy {
  return { metadata: { name: 'policy', namespace: 'fleet', uid: 'p' }, spec };
}

const runner = aPod('runner', '10.244.0.5', { app: 'runner' });
const nats = aPod('nats', '10.244.0.6', { app: 'nats' });
const stranger = aPod('stranger', '10.244.0.7', { app: 'runner' }, 'elsewhere');

function rendered(spec: NetworkPolicy['spec'], pods: Pod[] = [runner, nats, stranger]): string {
  const objects: ClusterObjects = {
    pods,
    namespaces: [
      { metadata: { name: 'fleet', namespace: '', uid: 'f', labels: { kind: 'fleet' } } },
      { metadata: { name: 'elsewhere', namespace: '', uid: 'e', labels: {} } },
    ],
    policies: [aPolicy(spec)],
  };
  return renderPolicies(objects);
}

/** Rules of the chain of a pod. */
function rulesOf(text: string, chain: string): string[] {
  const body = new RegExp(`chain ${chain} \\{\\n(?<rules>[^}]*?)\\n  \\}`, 'u').exec(
    text.replaceAll(/\{ ([\d., /]+) \}/gu, '<$1>'),
  );
  return (body?.groups?.['rules'] ?? '').split('\n').map((rule) => rule.trim());
}

describe('rules of network policies', () => {
  it('drop everything where a policy permits nothing', () => {
    const text = rendered({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(rulesOf(text, 'egress_uidrunner')).toEqual(['drop']);
    expect(rulesOf(text, 'ingress_uidrunner')).toEqual(['drop']);
    expect(text).toContain('ip saddr 10.244.0.5 jump egress_uidrunner');
  });

  it('leave pods of other namespaces alone', () => {
    expect(rendered({ podSelector: {}, policyTypes: ['Egress'] })).not.toContain('uidstranger');
  });

  it('permit a pod at a named port', () => {
    const text = rendered({
      podSelector: { matchLabels: { app: 'runner' } },
      policyTypes: ['Egress'],
      egress: [
        { to: [{ podSelector: { matchLabels: { app: 'nats' } } }], ports: [{ port: 'http' }] },
      ],
    });
    expect(rulesOf(text, 'egress_uidrunner')).toEqual([
      'ip daddr 10.244.0.6 tcp dport 4100 return',
      'drop',
    ]);
  });

  it('permit the world but for some ranges', () => {
    const text = rendered({
      podSelector: { matchLabels: { app: 'runner' } },
      policyTypes: ['Egress'],
      egress: [
        { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '192.168.0.0/16'] } }] },
      ],
    });
    expect(rulesOf(text, 'egress_uidrunner')).toEqual([
      'ip daddr 0.0.0.0/0 ip daddr != <10.0.0.0/8, 192.168.0.0/16> return',
      'drop',
    ]);
  });

  it('permit ranges of ports and other protocols from whole namespaces', () => {
    const text = rendered({
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['nats'] }] },
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { kind: 'fleet' } }, podSelector: {} }],
          ports: [{ port: 8000, endPort: 8010 }, { protocol: 'UDP' }],
        },
      ],
    });
    expect(rulesOf(text, 'ingress_uidnats')).toEqual([
      'ip saddr 10.244.0.5 meta l4proto udp return',
      'ip saddr 10.244.0.5 tcp dport 8000-8010 return',
      'ip saddr 10.244.0.6 meta l4proto udp return',
      'ip saddr 10.244.0.6 tcp dport 8000-8010 return',
      'drop',
    ]);
    expect(text).not.toContain('egress_');
  });

  it('say nothing of pods that are over', () => {
    const over = { ...runner, status: { podIP: '10.244.0.5', phase: 'Succeeded' } };
    expect(rendered({ podSelector: {} }, [over])).not.toContain('uidrunner');
  });
});
