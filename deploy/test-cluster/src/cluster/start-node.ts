import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { basename, extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeCertificates } from '../certificates/write-certificates.ts';
import { makeControlGroups } from '../control-groups/control-groups.ts';
import { ClusterStartError } from '../errors.ts';
import { linkNode, takeSlot } from '../network/host-link.ts';
import type { NodeSettings } from '../node/node-settings.ts';
import { startOf, writeRecord, type ClusterRecord } from './cluster-record.ts';

const extension = extname(import.meta.url);
const nodeScript = fileURLToPath(new URL(`../node/main${extension}`, import.meta.url));
/** Libs are read from their source when this file is. */
const nodeOptions = extension === '.ts' ? ['--conditions=@made-open/source'] : [];

const enterGroups =
  'for group in "$@"; do [ "$group" = -- ] && break; echo $$ > "$group/cgroup.procs" || exit; shift; done; shift; exec "$@"';
const childWithinMs = 30_000;
const pollMs = 20;

export interface NodePrograms {
  /** The binary of all components. */
  readonly components: string;
  /** The folder of nginx. */
  readonly nginx: string;
}

/** Starts the node's processes in namespaces and control groups of their own, and leads their addresses there. */
export async function startNode(
  folder: string,
  { components, nginx }: NodePrograms,
  endWithStarter: boolean,
): Promise<ClusterRecord> {
  const addresses = await takeSlot();
  const controlGroups = makeControlGroups(`made-open-${basename(folder)}`);
  const record = { addresses, controlGroups, components };
  writeRecord(folder, record); // whatever goes wrong from here on can be cleared away
  await writeCertificates(folder, addresses);
  const settings: NodeSettings = { folder, components, nginx, addresses, endWithStarter };
  const file = join(folder, 'node.json');
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  const holder = spawnHolder(file, folder, controlGroups);
  const pid = holder.pid ?? -1;
  const started = { ...record, pid, startedAt: startOf(pid) ?? '' };
  writeRecord(folder, started);
  const firstProcess = await unsharedChild(pid);
  await linkNode(addresses, firstProcess);
  writeRecord(folder, { ...started, firstProcess });
  holder.stdin?.write('linked\n');
  if (!endWithStarter) holder.stdin?.end();
  return { ...started, firstProcess };
}

/** Enters the control groups, then the namespaces; the first process there is an init that reaps what pods leave. */
function spawnHolder(file: string, folder: string, controlGroups: readonly string[]): ChildProcess {
  const namespaces = ['--mount', '--net', '--uts', '--ipc', '--cgroup', '--pid'];
  const log = openSync(join(folder, 'node.log'), 'a');
  const first = ['tini', '--', process.execPath, ...nodeOptions, nodeScript, file];
  const unshare = [
    'unshare',
    ...namespaces,
    '--propagation=private',
    '--fork',
    '--kill-child=KILL',
  ];
  const args = ['-c', enterGroups, 'sh', ...controlGroups, '--', ...unshare, ...first];
  const holder = spawn('sh', args, { detached: true, stdio: ['pipe', log, log] });
  holder.unref();
  holder.stdin?.on('error', () => undefined); // told by its end
  if (holder.stdin instanceof Socket) holder.stdin.unref();
  return holder;
}

/** The child of unshare, which has the new namespaces. */
async function unsharedChild(pid: number): Promise<number> {
  const processFolder = `/proc/${String(pid)}`;
  for (let waitedMs = 0; waitedMs < childWithinMs; waitedMs += pollMs) {
    const name = readFileSync(join(processFolder, 'comm'), 'utf8').trim();
    const children = readFileSync(join(processFolder, 'task', String(pid), 'children'), 'utf8');
    if (name === 'unshare' && children.trim() !== '') return Number(children.trim().split(' ')[0]);
    await sleep(pollMs);
  }
  throw new ClusterStartError('unshare started no process within 30 s');
}
