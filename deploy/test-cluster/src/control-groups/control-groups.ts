import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

const root = '/sys/fs/cgroup';
/** Hierarchies that the kubelet needs, and the two by which processes are told apart. */
export const controllers = [
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
];

/** Folders of the groups that this process is in; none when a controller is missing or all are of version 2. */
export function ownControlGroups(): string[] {
  const groups = new Map(
    readFileSync('/proc/self/cgroup', 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const [, names = '', ...path] = line.split(':');
        return [names, path.join(':')] as const;
      }),
  );
  const wanted = [
    ...controllers.map((name) => [name, join(root, name)] as const),
    ['name=systemd', join(root, 'systemd')] as const,
  ];
  const folders = wanted.map(([name, mounted]) => join(mounted, groups.get(name) ?? '/'));
  return wanted.every(([name]) => groups.has(name)) && folders.every((folder) => existsSync(folder))
    ? [...folders, ...unified(groups.get(''))]
    : [];
}

function unified(path: string | undefined): string[] {
  const folder = join(root, 'unified', path ?? '/');
  return path !== undefined && existsSync(folder) ? [folder] : [];
}

/** Makes one group below each of this process's own: what limits this process limits the cluster, too. */
export function makeControlGroups(name: string): string[] {
  return ownControlGroups().map((parent) => {
    const group = join(parent, name);
    mkdirSync(group, { recursive: true });
    // A new group of this controller has no processor and no memory node, and takes no process until it has.
    for (const file of ['cpuset.cpus', 'cpuset.mems'])
      if (existsSync(join(group, file)))
        writeFileSync(join(group, file), readFileSync(join(parent, file)));
    return group;
  });
}

/** Removes the groups and all below them; false while a process that was killed is not gone yet. */
export function removeControlGroups(groups: readonly string[]): boolean {
  return groups.map(removeGroup).every(Boolean);
}

function removeGroup(group: string): boolean {
  if (!existsSync(group)) return true;
  const children = readdirSync(group, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const child of children) removeGroup(join(group, basename(child.name)));
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
