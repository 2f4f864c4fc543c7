import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files of a plugin by their path relative to its folder. */
export interface PluginFiles {
  readonly manifest: string;
  readonly sources: Readonly<Record<string, string>>;
}

/** The key that the sample source accepts: invented contacts, for everybody to see. */
export const sampleApiKey = 'sample-key';

/** The sample connector of the author's guide, as it lies in `plugin/`. */
export function samplePlugin(): PluginFiles {
  return { manifest: read('plugin.json'), sources: { 'src/index.ts': read('src/index.ts') } };
}

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../plugin/${path}`, import.meta.url)), 'utf8');
}
