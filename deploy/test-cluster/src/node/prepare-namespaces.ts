import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeName } from '../certificates/write-certificates.ts';
import { controllers } from '../control-groups/control-groups.ts';
import { runCommand } from '@made-open/images';
import type { NodeSettings } from './node-settings.ts';

type Command = readonly [program: string, ...args: string[]];

/** Folders that the kubelet and its parts expect on a node; the cluster's own are laid over them. */
const ownFolders = { kubelet: '/var/lib/kubelet', 'pod-logs': '/var/log/pods' };

/** Inside new namespaces: gives them a /proc, /sys and /run of their own, and the node its network. */
export async function prepareNamespaces(settings: NodeSettings): Promise<void> {
  const commands = [
    ...kernelFolders(),
    ...ownFiles(settings.folder, settings.addresses.node),
    ...network(settings),
  ];
  for (const [program, ...args] of commands) await runCommand(program, args);
}

function kernelFolders(): Command[] {
  return [
    ['mount', '--make-rshared', '/'],
    ['mount', '-t', 'proc', 'proc', '/proc'],
    ['hostname', nodeName],
    ['mount', '-t', 'sysfs', 'sysfs', '/sys'],
    ['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/sys/fs/cgroup'],
    ...controllers.flatMap((name) => hierarchy(name, name)),
    ...hierarchy('systemd', 'none,name=systemd'),
    ['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run'],
    ['mkdir', '/run/lock', '/run/containerd'],
  ];
}

function hierarchy(name: string, options: string): Command[] {
  const folder = `/sys/fs/cgroup/${name}`;
  return [
    ['mkdir', folder],
    ['mount', '-t', 'cgroup', '-o', options, 'cgroup', folder],
  ];
}

function ownFiles(folder: string, address: string): Command[] {
  const hosts = join(folder, 'hosts');
  const names = join(folder, 'resolv.conf');
  writeFileSync(hosts, `127.0.0.1 localhost\n${address} ${nodeName}\n`);
  writeFileSync(names, '');
  const bound = Object.entries(ownFolders).map(([name, target]): Command => {
    const source = join(folder, name);
    mkdirSync(source, { recursive: true });
    mkdirSync(target, { recursive: true });
    return ['mount', '--bind', source, target];
  });
  return [
    ['mount', '--bind', hosts, '/etc/hosts'],
    ['mount', '--bind', names, '/etc/resolv.conf'],
    ...bound,
    ['mount', '--make-rshared', '/'],
  ];
}

function network({ addresses }: NodeSettings): Command[] {
  return [
    ['ip', 'link', 'set', 'lo', 'up'],
    ['ip', 'address', 'add', `${addresses.node}/30`, 'dev', 'eth0'],
    ['ip', 'link', 'set', 'eth0', 'up'],
    ['ip', 'route', 'add', 'default', 'via', addresses.host],
    ['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.route_localnet=1'],
    // What goes from pod to pod over the bridge has to pass the rules, too.
    ['sysctl', '-q', '-w', 'net.bridge.bridge-nf-call-iptables=1'],
  ];
}
