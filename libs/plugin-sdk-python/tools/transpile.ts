// node transpile.ts TRANSPILER COMPONENT FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scriptOfGlue } from './glue.ts';

interface Transpiler {
  readonly transpileBytes: (
    bytes: Uint8Array,
    options: object,
  ) => Promise<{ readonly files: Readonly<Record<string, Uint8Array>> }>;
}

const [transpiler = '', component = '', folder = ''] = process.argv.slice(2);
const { transpileBytes }: Transpiler = await import(pathToFileURL(transpiler).href);
const { files } = await transpileBytes(readFileSync(component), {
  name: 'component',
  instantiation: 'sync',
  emitTypescriptDeclarations: false,
  minify: true,
});
mkdirSync(folder, { recursive: true });
for (const [path, bytes] of Object.entries(files)) {
  const name = basename(path);
  if (name.endsWith('.wasm')) writeFileSync(join(folder, name), bytes);
  if (name === 'component.js')
    writeFileSync(join(folder, 'glue.js'), scriptOfGlue(Buffer.from(bytes).toString()));
}
