import { PlatformFiles, type FileHandle, type FilePart } from '../host/files/platform-files.ts';

/** Files of a trial: measured, and kept nowhere. */
export class TrialFiles extends PlatformFiles {
  readonly #bytes = new Map<string, number>();

  override abandon(uploadId: string): Promise<void> {
    this.#bytes.delete(uploadId);
    return Promise.resolve();
  }

  override read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override put({ uploadId, content, end }: FilePart): Promise<FileHandle | undefined> {
    const bytes = (this.#bytes.get(uploadId) ?? 0) + content.byteLength;
    this.#bytes.set(uploadId, bytes);
    if (end === undefined) return Promise.resolve(undefined);
    const { name, mimeType, sha256 } = end;
    return Promise.resolve({ file_id: sha256, name, mime_type: mimeType, size_bytes: bytes });
  }
}
