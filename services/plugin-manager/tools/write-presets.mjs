// Writes src/registry/gen/presets.ts anew: the manifests of libs/plugins/providers, byte for byte, so that one bundled
// file is all that an image needs. Run it from this package: node tools/write-presets.mjs
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const providers = fileURLToPath(new URL('../../../libs/plugins/providers', import.meta.url));
const target = fileURLToPath(new URL('../src/registry/gen/presets.ts', import.meta.url));

export function presetsModule() {
  const files = globSync('*/manifest.json', { cwd: providers }).toSorted();
  const entries = files.map((file) => {
    const name = basename(dirname(file));
    return `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(join(providers, file), 'utf8'))},`;
  });
  return `// Written by tools/write-presets.mjs.

/** HTTP manifests that come with the platform, by name. */
export const presets: Readonly<Record<string, string>> = {
${entries.join('\n')}
};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, presetsModule());
