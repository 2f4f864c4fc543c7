import type { Pool } from 'pg';
import type { FileObjects } from './file-objects.ts';
import type { Connection } from '../connections/connection.ts';
import { findFile, findOwnFile, type StoredFile } from './stored-file.ts';

/** A part of a file that a plugin sends on. */
export interface PluginPart {
  readonly fileId: string;
  readonly chunk: number;
  /** It is attached to what the channel is to send; so the runner says. */
  readonly isAttachment: boolean;
}

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

  /** Undefined for a file that is not there for the connection: others of its space only channels send. */
  async ofPlugin(
    { key, spaceId, isChannel }: Connection,
    { fileId, chunk, isAttachment }: PluginPart,
  ): Promise<{ readonly file: StoredFile; readonly content: Uint8Array } | undefined> {
    const found =
      isAttachment && isChannel
        ? await findFile(this.#pool, spaceId, fileId)
        : await findOwnFile(this.#pool, key, fileId);
    if (found === undefined || chunk >= found.file.chunks) return undefined;
    const content = await this.#objects.get(found.object, chunk);
    return content === undefined ? undefined : { file: found.file, content };
  }

  async chunk(spaceId: string, fileId: string, chunk: number): Promise<Uint8Array | undefined> {
    const found = await findFile(this.#pool, spaceId, fileId);
    if (found === undefined || chunk >= found.file.chunks) return undefined;
    return this.#objects.get(found.object, chunk);
  }
}
