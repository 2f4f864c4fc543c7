import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterStartError } from '../errors.ts';
import { componentsImage } from '../node/node-settings.ts';
import { ensureBinaryImage } from './binary-image.ts';
import { buildFolder, ensureBuild, moduleFolder, type GoModule } from './cached-build.ts';

const components: GoModule = { folder: 'components', sources: ['go.mod', 'go.sum', 'main.go'] };
/** `go build` names a binary after the last part of its module. */
const binaryName = 'kubernetes';
const versionPackage = 'k8s.io/component-base/version';

/** The binary of all components, once it is compiled. */
export function componentsBinary(): string {
  return join(buildFolder(components), binaryName);
}

/** Version of Kubernetes as go.mod pins it, `v1.36.3`. */
export function kubernetesVersion(): string {
  const text = readFileSync(join(moduleFolder(components), 'go.mod'), 'utf8');
  const version = /k8s\.io\/kubernetes (?<version>v\d+\.\d+\.\d+)/u.exec(text)?.groups?.['version'];
  if (version === undefined) throw new ClusterStartError('go.mod pins no k8s.io/kubernetes');
  return version;
}

export async function ensureComponents(note: (text: string) => void): Promise<string> {
  if (!existsSync(componentsBinary())) {
    note('compiling Kubernetes, once; this takes some minutes');
    await ensureBuild(components, ['.'], linkerFlags());
  }
  return componentsBinary();
}

/** An archive of the image that pauses pods and answers names. */
export function ensureComponentsImage(binary: string): Promise<string> {
  return ensureBinaryImage({ name: componentsImage, binary, module: components });
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
