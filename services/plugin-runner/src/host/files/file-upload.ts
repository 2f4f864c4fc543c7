import { fileChunkBytes, type FileDescription } from '@made-open/contracts';
import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle, PlatformFiles } from './platform-files.ts';

/** Hands a content on in parts as they fill; no more than one of them is held. */
export class FileUpload {
  readonly #files: Pick<PlatformFiles, 'put' | 'abandon'>;
  readonly #uploadId = randomUUID();
  readonly #hash = createHash('sha256');
  #held: Buffer[] = [];
  #heldBytes = 0;
  #chunk = 0;
  #isAbandoned = false;
  /** Why a part was not taken; who reads the content may call it something else. */
  failure: unknown;

  constructor(files: Pick<PlatformFiles, 'put' | 'abandon'>) {
    this.#files = files;
  }

  /** Resolves when there is room for more. */
  async write(content: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < content.byteLength;) at += await this.#take(content.subarray(at));
    } catch (error) {
      this.failure = error;
      await this.abandon();
      throw error;
    }
  }

  async end({ name, mimeType }: FileDescription): Promise<FileHandle> {
    const sha256 = this.#hash.digest('hex');
    try {
      const file = await this.#send({ name, mimeType, sha256 });
      if (file !== undefined) return file;
    } catch (error) {
      await this.abandon();
      throw error;
    }
    throw new TypeError('the last part of a file was answered without it');
  }

  /** The rest of the content does not come: what was sent of it is not to stay. */
  async abandon(): Promise<void> {
    if (this.#chunk === 0 || this.#isAbandoned) return;
    this.#isAbandoned = true;
    await this.#files.abandon(this.#uploadId);
  }

  /** A full part is sent only when more comes: the last one has to say that it is the last. */
  async #take(content: Uint8Array): Promise<number> {
    if (this.#heldBytes === fileChunkBytes) await this.#send();
    const taken = content.subarray(0, fileChunkBytes - this.#heldBytes);
    this.#hash.update(taken);
    // A copy: a part of a body is a view of what its connection reads into.
    this.#held.push(Buffer.from(taken));
    this.#heldBytes += taken.byteLength;
    return taken.byteLength;
  }

  async #send(end?: {
    name: string;
    mimeType: string;
    sha256: string;
  }): Promise<FileHandle | undefined> {
    const content = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    const part = { uploadId: this.#uploadId, chunk: this.#chunk++, content };
    return this.#files.put(end === undefined ? part : { ...part, end });
  }
}
