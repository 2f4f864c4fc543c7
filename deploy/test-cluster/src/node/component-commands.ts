import { nodeName } from '../certificates/write-certificates.ts';
import type { NodeSettings } from './node-settings.ts';

/** One process of the node: its name is also that of its log. */
export interface ComponentCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const etcdUrl = 'http://127.0.0.1:2379';
const etcdPeerUrl = 'http://127.0.0.1:2380';

/** The control plane; it needs no container runtime. */
export function controlPlane(settings: NodeSettings): ComponentCommand[] {
  return [
    etcd(settings),
    apiServer(settings),
    controllerManager(settings),
    component(settings, 'kube-scheduler', {
      kubeconfig: `${settings.folder}/scheduler.kubeconfig`,
      'leader-elect': false,
    }),
  ];
}

function etcd({ folder }: NodeSettings): ComponentCommand {
  return {
    name: 'etcd',
    program: '/usr/bin/etcd',
    args: flags({
      name: 'test',
      'data-dir': `${folder}/etcd`,
      'listen-client-urls': etcdUrl,
      'advertise-client-urls': etcdUrl,
      'listen-peer-urls': etcdPeerUrl,
      'initial-advertise-peer-urls': etcdPeerUrl,
      'initial-cluster': `test=${etcdPeerUrl}`,
      'unsafe-no-fsync': true, // the cluster does not outlive the machine
    }),
  };
}

function apiServer(settings: NodeSettings): ComponentCommand {
  const { node, services } = settings.addresses;
  const certificate = certificatesOf(settings);
  return component(settings, 'kube-apiserver', {
    'etcd-servers': etcdUrl,
    'bind-address': '0.0.0.0',
    'secure-port': 6443,
    'advertise-address': node,
    'service-cluster-ip-range': services,
    'tls-cert-file': certificate('apiserver.crt'),
    'tls-private-key-file': certificate('apiserver.key'),
    'client-ca-file': certificate('ca.crt'),
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': certificate('service-account.pub'),
    'service-account-signing-key-file': certificate('service-account.key'),
    'kubelet-client-certificate': certificate('apiserver-kubelet.crt'),
    'kubelet-client-key': certificate('apiserver-kubelet.key'),
    'kubelet-certificate-authority': certificate('ca.crt'),
    'kubelet-preferred-address-types': 'InternalIP', // the node's name is not to be looked up
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'endpoint-reconciler-type': 'master-count',
    'allow-privileged': true,
    profiling: false,
  });
}

function controllerManager(settings: NodeSettings): ComponentCommand {
  const certificate = certificatesOf(settings);
  return component(settings, 'kube-controller-manager', {
    kubeconfig: `${settings.folder}/controller-manager.kubeconfig`,
    'leader-elect': false,
    'use-service-account-credentials': true,
    'root-ca-file': certificate('ca.crt'),
    'service-account-private-key-file': certificate('service-account.key'),
    'cluster-signing-cert-file': certificate('ca.crt'),
    'cluster-signing-key-file': certificate('ca.key'),
    'allocate-node-cidrs': false,
  });
}

function certificatesOf({ folder }: NodeSettings): (name: string) => string {
  return (name) => `${folder}/certificates/${name}`;
}

export function containerRuntime({ folder }: NodeSettings): ComponentCommand {
  return {
    name: 'containerd',
    program: '/usr/bin/containerd',
    args: ['--config', `${folder}/containerd.toml`],
  };
}

/** What makes a node of the machine; the runtime has to answer before. */
export function nodeComponents(settings: NodeSettings): ComponentCommand[] {
  const { folder, addresses } = settings;
  return [
    component(settings, 'kubelet', {
      config: `${folder}/kubelet.json`,
      kubeconfig: `${folder}/kubelet.kubeconfig`,
      'hostname-override': nodeName,
      'node-ip': addresses.node,
    }),
    component(settings, 'kube-proxy', {
      kubeconfig: `${folder}/kube-proxy.kubeconfig`,
      'hostname-override': nodeName,
      'proxy-mode': 'iptables',
      'cluster-cidr': addresses.pods,
      'conntrack-max-per-core': 0, // that limit belongs to the host
    }),
  ];
}

function component(
  { components }: NodeSettings,
  name: string,
  options: Readonly<Record<string, string | number | boolean>>,
): ComponentCommand {
  return { name, program: components, args: [name, ...flags(options)] };
}

function flags(options: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(options).map(([name, value]) => `--${name}=${String(value)}`);
}
