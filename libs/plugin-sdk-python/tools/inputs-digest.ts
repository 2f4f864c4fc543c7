import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** Of this package. */
export const root = fileURLToPath(new URL('..', import.meta.url));
/** All that the runtime is made from: another byte of it is another runtime. */
const inputs = ['component', 'src', 'tools'];
const kinds = /\.(py|wit|txt|ts|json)$/u;

export function inputsDigest(): string {
  const hash = createHash('sha256');
  for (const path of inputs.flatMap((folder) => filesOf(folder)).toSorted())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === '__pycache__' ? [] : filesOf(path);
    return kinds.test(entry.name) && !entry.name.endsWith('.spec.ts') ? [path] : [];
  });
}
