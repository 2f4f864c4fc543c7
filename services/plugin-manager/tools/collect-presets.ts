import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

/** Writes the manifests of libs/plugins/providers, byte for byte, into the service, whose image has no such folder. */
const folder = new URL('../../../libs/plugins/providers/', import.meta.url);
const target = fileURLToPath(new URL('../src/presets/preset-texts.ts', import.meta.url));

const entries = readdirSync(folder)
  .toSorted()
  .map((id) => {
    const text = readFileSync(new URL(`${id}/manifest.json`, folder), 'utf8');
    return `  ${JSON.stringify(id)}: ${JSON.stringify(text)},\n`;
  });
const source = `/** Made by tools/collect-presets.ts of libs/plugins/providers; a spec says when it is stale. */
export const presetTexts: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`;
writeFileSync(
  target,
  await format(source, { parser: 'typescript', singleQuote: true, printWidth: 100 }),
);
