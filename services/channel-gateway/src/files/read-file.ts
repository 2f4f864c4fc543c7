import { FileService, type StoredFile } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { FileNotFoundError } from '../errors.ts';

const idPattern = /^[0-9a-f]{64}$/u;

/** Files of a space, read from etl part by part. */
export class ReadFile {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async describe(spaceId: string, fileId: string): Promise<StoredFile> {
    if (!idPattern.test(fileId)) throw new FileNotFoundError();
    const { file } = await this.#ask(FileService.method.getFile, { spaceId, fileId });
    if (file === undefined) throw new FileNotFoundError();
    return file;
  }

  /** The first part is there when this resolves: an answer whose content is missing must not begin. */
  async content(spaceId: string, file: StoredFile): Promise<AsyncIterable<Uint8Array>> {
    return this.#from(await this.#part(spaceId, file, 0), spaceId, file);
  }

  async *#from(first: Uint8Array, spaceId: string, file: StoredFile): AsyncGenerator<Uint8Array> {
    yield first;
    for (let chunk = 1; chunk < file.chunks; chunk++) yield this.#part(spaceId, file, chunk);
  }

  async #part(spaceId: string, { fileId }: StoredFile, chunk: number): Promise<Uint8Array> {
    const request = { spaceId, fileId, chunk };
    const { found, content } = await this.#ask(FileService.method.readFileChunk, request);
    if (!found) throw new FileNotFoundError();
    return content;
  }
}
