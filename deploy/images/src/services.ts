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
  /** The built runtime of plugins in Python, or only the mark that it is there. */
  readonly python: 'whole' | 'mark' | undefined;
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

const kept: Readonly<Record<string, Pick<ImageContents, 'keeps' | 'keepsOwn' | 'python'>>> = {
  // Texts that are faxed become PDFs with a font of its own.
  'channel-gateway': {
    keeps: ['pdfkit', 'fontkit', 'dejavu-fonts-ttf'],
    keepsOwn: [],
    python: undefined,
  },
  // It bundles plugins with the SDK's files for the sandbox.
  'plugin-manager': {
    keeps: ['esbuild', '@made-open/plugin-sdk'],
    keepsOwn: [],
    python: 'mark',
  },
  // Sandboxes are processes of their own, which may read nothing else.
  'plugin-runner': { keeps: ['isolated-vm'], keepsOwn: ['sandbox'], python: 'whole' },
};

export const images: readonly ImageContents[] = [
  ...services.map((name) => imageOf(name, `services/${name}`)),
  imageOf('setup', 'deploy/setup'),
];

function imageOf(name: string, folder: string): ImageContents {
  const { keeps, keepsOwn, python } = kept[name] ?? {
    keeps: [],
    keepsOwn: [],
    python: undefined,
  };
  return { name, workspace: `@made-open/${name}`, folder, keeps, keepsOwn, python };
}

/** Name of an image in a store without a registry. */
export function localName(name: string, tag: string): string {
  return `localhost/made-open/${name}:${tag}`;
}
