import { ImageStore } from '@made-open/images';
import { existsSync, linkSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentsImage } from '../node/node-settings.ts';

const dockerfile = fileURLToPath(new URL('../../components/Dockerfile', import.meta.url));

/** An archive of the image that pauses pods and answers names, kept beside the binary that it holds. */
export async function ensureComponentsImage(binary: string): Promise<string> {
  const archive = `${binary}.tar`;
  if (existsSync(archive)) return archive;
  const folder = mkdtempSync(join(dirname(binary), 'image-'));
  try {
    const store = new ImageStore(join(folder, 'store'));
    const context = mkdtempSync(join(folder, 'context-'));
    linkSync(binary, join(context, 'kubernetes'));
    await store.build({ name: componentsImage, dockerfile, context });
    const unfinished = join(folder, 'kubernetes.tar');
    await store.archive([componentsImage], unfinished);
    renameSync(unfinished, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return archive;
}
