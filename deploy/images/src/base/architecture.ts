/** One kind of machine, by the names that Node, Debian and images have for it. */
export interface Architecture {
  readonly node: 'x64' | 'arm64';
  readonly debian: 'amd64' | 'arm64';
  readonly platform: 'linux/amd64' | 'linux/arm64';
}

export const architectures: readonly Architecture[] = [
  { node: 'x64', debian: 'amd64', platform: 'linux/amd64' },
  { node: 'arm64', debian: 'arm64', platform: 'linux/arm64' },
];

export function ownArchitecture(): Architecture {
  const own = architectures.find(({ node }) => node === process.arch);
  if (own === undefined) throw new TypeError(`no images are made for ${process.arch}`);
  return own;
}
