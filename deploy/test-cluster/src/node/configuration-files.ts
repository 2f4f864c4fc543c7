import {
  clusterDomain,
  componentsImage,
  containerdSocket,
  type NodeSettings,
} from './node-settings.ts';

/** Texts of the files that components read, by name in the cluster's folder. */
export function configurationFiles(settings: NodeSettings): Record<string, string> {
  return {
    'containerd.toml': containerdToml(settings.folder),
    'cni/10-bridge.conflist': JSON.stringify(bridgeNetwork(settings.addresses.pods)),
    'kubelet.json': JSON.stringify(kubeletConfiguration(settings)),
    // Pods ask the cluster's DNS alone; with an empty file the kubelet would hand them the host's servers.
    'pods-resolv.conf': 'search .\n',
  };
}

function containerdToml(folder: string): string {
  const runtime = 'plugins."io.containerd.grpc.v1.cri"';
  return [
    'version = 2',
    `root = ${JSON.stringify(`${folder}/containerd`)}`,
    'state = "/run/containerd"',
    `disabled_plugins = ${JSON.stringify(['btrfs', 'zfs', 'devmapper', 'aufs'].map((name) => `io.containerd.snapshotter.v1.${name}`))}`,
    '',
    table('grpc', { address: containerdSocket }),
    // Without the restriction every pod fails where root may not lower a process's share of being killed for memory.
    // DNS answers at its usual port without any capability, as in most clusters.
    table(runtime, {
      sandbox_image: componentsImage,
      restrict_oom_score_adj: true,
      enable_unprivileged_ports: true,
    }),
    table(`${runtime}.cni`, { bin_dir: '/usr/lib/cni', conf_dir: `${folder}/cni` }),
    table(`${runtime}.containerd`, { snapshotter: 'overlayfs', default_runtime_name: 'runc' }),
    table(`${runtime}.containerd.runtimes.runc`, { runtime_type: 'io.containerd.runc.v2' }),
    table(`${runtime}.containerd.runtimes.runc.options`, {
      BinaryName: '/usr/sbin/runc',
      SystemdCgroup: false,
    }),
  ].join('\n');
}

function table(name: string, values: Readonly<Record<string, string | number | boolean>>): string {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return [`[${name}]`, ...lines, ''].join('\n');
}

function bridgeNetwork(pods: string): object {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'pods0',
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          dataDir: '/run/pod-addresses',
          ranges: [[{ subnet: pods }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

function kubeletConfiguration({ folder, addresses }: NodeSettings): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // Control groups of version 1 are refused by default since 1.35.
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    failSwapOn: false,
    seccompDefault: true,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${folder}/certificates/ca.crt` },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: `${folder}/certificates/kubelet.crt`,
    tlsPrivateKeyFile: `${folder}/certificates/kubelet.key`,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    clusterDNS: [addresses.dns],
    clusterDomain,
    resolvConf: `${folder}/pods-resolv.conf`,
    // Images come by import alone: one that was removed for space could not be fetched again.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '100Mi' },
    enforceNodeAllocatable: ['pods'],
    maxPods: 100,
    nodeStatusUpdateFrequency: '5s',
    syncFrequency: '10s',
  };
}
