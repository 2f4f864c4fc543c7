import { ImageStore } from '@made-open/images';
import { existsSync, linkSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { moduleFolder, type GoModule } from './cached-build.ts';

export interface BinaryImage {
  readonly name: string;
  readonly binary: string;
  /** Its Dockerfile copies the binary. */
  readonly module: GoModule;
}

/** An archive of an image that holds one compiled program, kept beside it. */
export async function ensureBinaryImage({ name, binary, module }: BinaryImage): Promise<string> {
  const archive = `${binary}.tar`;
  if (existsSync(archive)) return archive;
  const folder = mkdtempSync(join(dirname(binary), 'image-'));
  try {
    const store = new ImageStore(join(folder, 'store'));
    const context = mkdtempSync(join(folder, 'context-'));
    linkSync(binary, join(context, basename(binary)));
    await store.build({ name, dockerfile: join(moduleFolder(module), 'Dockerfile'), context });
    const unfinished = join(folder, 'image.tar');
    await store.archive([name], unfinished);
    renameSync(unfinished, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return archive;
}
