import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a connection of the generator is configured with. */
export interface GeneratorConfig {
  readonly count: number;
  readonly revision: number;
  /** Only every n-th item has the revision. */
  readonly every: number;
}

export const generatorId = 'com.example.generator';
export const generatorManifest = (): string => read('plugin.json');
/** An ES module: the platform bundles it, the naive path loads it as it is. */
export const generatorSource = (): string => read('src/index.js');

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../plugin/${path}`, import.meta.url)), 'utf8');
}
