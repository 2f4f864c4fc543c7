import type { InstalledPlatform } from '../src/index.ts';

/**
 * Tells of each `host:port` whether a connection opens, and of the process what it may do. Twice: a name may take seconds
 * the first time that it is looked up.
 */
const script = `
const { connect } = require('node:net');
const { readFileSync, writeFileSync } = require('node:fs');
const tryOnce = (target) => new Promise((resolve) => {
  const [host, port] = target.split(':');
  const socket = connect({ host, port: Number(port), timeout: 5000 });
  const end = (how) => { socket.destroy(); resolve(how); };
  socket.once('connect', () => end('open'));
  socket.once('timeout', () => end('closed'));
  socket.once('error', () => end('closed'));
});
const probe = async (target) => [target, (await tryOnce(target)) === 'open' ? 'open' : await tryOnce(target)];
const write = () => { try { writeFileSync('/made-open/x', ''); return 'written'; } catch ({ code }) { return code; } };
const status = Object.fromEntries(readFileSync('/proc/self/status', 'utf8').split('\\n').map((line) => line.split(/:\\s+/)));
Promise.all(process.argv.slice(1).map(probe)).then((targets) => console.log(JSON.stringify({
  uid: process.getuid(), root: write(), capabilities: status.CapEff, seccomp: status.Seccomp,
  noNewPrivileges: status.NoNewPrivs, targets: Object.fromEntries(targets),
})));
`;

export interface Probed {
  readonly uid: number;
  readonly root: string;
  readonly capabilities: string;
  readonly seccomp: string;
  readonly noNewPrivileges: string;
  readonly targets: Readonly<Record<string, 'open' | 'closed'>>;
}

/** Seen from inside of a service's pod. */
export function probeFrom(
  platform: InstalledPlatform,
  service: string,
  targets: readonly string[],
): Promise<Probed> {
  return probeIn(platform, [`deployment/${platform.release}-${service}`], service, targets);
}

/** Seen from inside of a container of a pod, which may be of another namespace. */
export async function probeIn(
  platform: InstalledPlatform,
  pod: readonly string[],
  container: string,
  targets: readonly string[],
): Promise<Probed> {
  const command = ['exec', ...pod, `--container=${container}`, '--', 'node', '-e', script];
  return JSON.parse(await platform.kubectl([...command, ...targets]));
}

/** A pod of somebody else that probes once and ends. */
export function strangersPod(name: string, image: string, targets: readonly string[]): string {
  const securityContext = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const command = ['/usr/bin/node', '-e', script, ...targets];
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      containers: [{ name, image, imagePullPolicy: 'Never', command, securityContext }],
    },
  });
}
