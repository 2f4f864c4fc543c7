import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClusterStartError } from '../errors.ts';
import { runCommand } from '@made-open/images';

const moduleFolder = fileURLToPath(new URL('../../components', import.meta.url));
const sources = ['go.mod', 'go.sum', 'main.go'];
const versionPackage = 'k8s.io/component-base/version';

/** Where the binary of all components lies once it is compiled: one for each content of its sources. */
export function componentsBinary(): string {
  const hash = createHash('sha256').update(process.arch);
  for (const file of sources) hash.update(readFileSync(join(moduleFolder, file)));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'made-open', 'test-cluster', hash.digest('hex').slice(0, 16), 'kubernetes');
}

/** Version of Kubernetes as go.mod pins it, `v1.36.3`. */
export function kubernetesVersion(): string {
  const text = readFileSync(join(moduleFolder, 'go.mod'), 'utf8');
  const version = /k8s\.io\/kubernetes (?<version>v\d+\.\d+\.\d+)/u.exec(text)?.groups?.['version'];
  if (version === undefined) throw new ClusterStartError('go.mod pins no k8s.io/kubernetes');
  return version;
}

/** Compiles the binary unless it is there. That takes minutes, once for each content of the module. */
export async function ensureComponents(note: (text: string) => void): Promise<string> {
  const binary = componentsBinary();
  if (existsSync(binary)) return binary;
  note('compiling Kubernetes, once; this takes some minutes');
  mkdirSync(dirname(binary), { recursive: true });
  const unfinished = `${binary}-${String(process.pid)}`;
  await runCommand(
    'go',
    ['build', '-trimpath', '-mod=readonly', '-ldflags', linkerFlags(), '-o', unfinished, '.'],
    { cwd: moduleFolder, env: { ...process.env, CGO_ENABLED: '0' } },
  );
  renameSync(unfinished, binary);
  return binary;
}

/** Without a version the server calls itself v0.0.0, and a chart that asks for a version is refused. */
function linkerFlags(): string {
  const version = kubernetesVersion();
  const [major = '', minor = ''] = version.slice(1).split('.');
  const set = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const values = Object.entries(set).map(
    ([name, value]) => `-X ${versionPackage}.${name}=${value}`,
  );
  return ['-s', '-w', ...values].join(' ');
}
