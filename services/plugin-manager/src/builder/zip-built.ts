import { strToU8, zipSync } from 'fflate';
import type { Built } from './build.ts';

/** The earliest time that an archive can name: files have one that says nothing, always the same. */
const time = new Date(1980, 0, 1, 0, 0, 0);

/** An archive of the files, the same bytes for the same files. */
export function zipBuilt({ files }: Pick<Built, 'files'>): Uint8Array {
  return zipSync(Object.fromEntries(files.map(({ path, content }) => [path, strToU8(content)])), {
    level: 9,
    mtime: time,
    os: 3,
  });
}
