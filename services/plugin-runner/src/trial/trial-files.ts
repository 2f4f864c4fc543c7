import {
  PlatformFiles,
  type FileHandle,
  type FilePart,
  type KeptFile,
} from '../host/files/platform-files.ts';
import type { TrialFile } from './trial-request.ts';

/** Files of a trial: those that it came with can be sent on, and what is saved is measured and kept nowhere. */
export class TrialFiles extends PlatformFiles {
  readonly #bytes = new Map<string, number>();

  readonly #given: ReadonlyMap<string, TrialFile>;

  constructor(given: readonly TrialFile[] = []) {
    super();
    this.#given = new Map(given.map((file) => [file.fileId, file]));
  }

  override abandon(uploadId: string): Promise<void> {
    this.#bytes.delete(uploadId);
    return Promise.resolve();
  }

  override read(fileId: string): Promise<KeptFile | undefined> {
    const file = this.#given.get(fileId);
    if (file === undefined) return Promise.resolve(undefined);
    const { name, mimeType, base64 } = file;
    return Promise.resolve({ name, mimeType, content: Buffer.from(base64, 'base64') });
  }

  override put({ uploadId, content, end }: FilePart): Promise<FileHandle | undefined> {
    const bytes = (this.#bytes.get(uploadId) ?? 0) + content.byteLength;
    this.#bytes.set(uploadId, bytes);
    if (end === undefined) return Promise.resolve(undefined);
    const { name, mimeType, sha256 } = end;
    return Promise.resolve({ file_id: sha256, name, mime_type: mimeType, size_bytes: bytes });
  }
}
