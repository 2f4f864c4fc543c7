/** A program that gets an image of its own: `made-open/<name>`. */
export interface ImageContents {
  readonly name: string;
  /** Workspace whose production files it holds. */
  readonly workspace: string;
  /** Folder of that workspace in the repository. */
  readonly folder: string;
  /** Packages that stay beside its script: they hold programs, or files that are read by name. */
  readonly keeps: readonly string[];
  /** Folders of its own `dist` that it runs or reads by name. */
  readonly keepsOwn: readonly string[];
}

const services = [
  'channel-gateway',
  'connector-scheduler',
  'credential-wallet',
  'etl',
  'plugin-manager',
  'plugin-runner',
  'rules',
  'search-indexer',
];

const kept: Readonly<Record<string, Pick<ImageContents, 'keeps' | 'keepsOwn'>>> = {
  // It bundles plugins with the SDK's files for the sandbox.
  'plugin-manager': { keeps: ['esbuild', '@made-open/plugin-sdk'], keepsOwn: [] },
  // Sandboxes are processes of their own, which may read nothing else.
  'plugin-runner': { keeps: ['isolated-vm'], keepsOwn: ['sandbox'] },
};

export const images: readonly ImageContents[] = [
  ...services.map((name) => imageOf(name, `services/${name}`)),
  imageOf('setup', 'deploy/setup'),
];

function imageOf(name: string, folder: string): ImageContents {
  const { keeps, keepsOwn } = kept[name] ?? { keeps: [], keepsOwn: [] };
  return { name, workspace: `@made-open/${name}`, folder, keeps, keepsOwn };
}

/** Name of an image in a store without a registry. */
export function localName(name: string, tag: string): string {
  return `localhost/made-open/${name}:${tag}`;
}
