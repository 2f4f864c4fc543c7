/** A program that gets an image of its own: `made-open/<name>`. */
export interface ImageContents {
  readonly name: string;
  /** Workspace whose production files it holds. */
  readonly workspace: string;
  /** Folder of that workspace in the repository. */
  readonly folder: string;
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

export const images: readonly ImageContents[] = [
  ...services.map((name) => ({
    name,
    workspace: `@made-open/${name}`,
    folder: `services/${name}`,
  })),
  { name: 'setup', workspace: '@made-open/setup', folder: 'deploy/setup' },
];

/** Name of an image in a store without a registry. */
export function localName(name: string, tag: string): string {
  return `localhost/made-open/${name}:${tag}`;
}
