/** A package of Debian 12 and one program of it. Newer releases of Debian carry newer versions, which were not tried. */
export interface DebianPackage {
  readonly name: string;
  /** As apt takes it: everything but Debian's own revisions is fixed. */
  readonly version: string;
  readonly program: string;
}

export const debianPackages: readonly DebianPackage[] = [
  { name: 'etcd-server', version: '3.4.23*', program: '/usr/bin/etcd' },
  { name: 'containerd', version: '1.6.20*', program: '/usr/bin/containerd' },
  { name: 'runc', version: '1.1.5*', program: '/usr/sbin/runc' },
  { name: 'containernetworking-plugins', version: '1.1.1*', program: '/usr/lib/cni/bridge' },
  { name: 'iptables', version: '1.8.9*', program: '/usr/sbin/iptables' },
  { name: 'nftables', version: '1.0.6*', program: '/usr/sbin/nft' },
  { name: 'conntrack', version: '1:1.4.7*', program: '/usr/sbin/conntrack' },
  { name: 'iproute2', version: '6.1.0*', program: '/usr/sbin/ip' },
  { name: 'buildah', version: '1.28.2*', program: '/usr/bin/buildah' },
  { name: 'tini', version: '0.19.0*', program: '/usr/bin/tini' },
  { name: 'util-linux', version: '2.38.1*', program: '/usr/bin/nsenter' },
];

/** What installs them. */
export function installCommand(packages: readonly DebianPackage[]): string {
  const wanted = packages.map(({ name, version }) => `'${name}=${version}'`);
  return `apt-get install --yes --no-install-recommends ${wanted.join(' ')}`;
}
