import type { Pool } from 'pg';
import type { FileObjects } from './file-objects.ts';
import { findFile, type StoredFile } from './stored-file.ts';

/** Files of a space, part by part. */
export class ReadFiles {
  readonly #pool: Pool;
  readonly #objects: FileObjects;

  constructor(pool: Pool, objects: FileObjects) {
    this.#pool = pool;
    this.#objects = objects;
  }

  async describe(spaceId: string, fileId: string): Promise<StoredFile | undefined> {
    return (await findFile(this.#pool, spaceId, fileId))?.file;
  }

  async chunk(spaceId: string, fileId: string, chunk: number): Promise<Uint8Array | undefined> {
    const found = await findFile(this.#pool, spaceId, fileId);
    if (found === undefined || chunk >= found.file.chunks) return undefined;
    return this.#objects.get(found.object, chunk);
  }
}
