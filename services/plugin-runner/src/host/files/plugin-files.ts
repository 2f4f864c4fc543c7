import { describeFile } from '@made-open/contracts';
import type { EgressResponse } from '@made-open/egress';
import { FileNotFoundError, InvalidFileError } from '../../errors.ts';
import { FileUpload } from './file-upload.ts';
import type { FileHandle, KeptFile, PlatformFiles } from './platform-files.ts';

/** `context.files` on the host's side, and where bodies go that become files. */
export class PluginFiles {
  readonly #files: PlatformFiles;
  #bytes = 0;

  constructor(files: PlatformFiles) {
    this.#files = files;
  }

  /** Bytes that were sent to be kept since this was last asked. */
  takeBytes(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** What the plugin made itself. */
  async save(args: Readonly<Record<string, unknown>>): Promise<FileHandle> {
    const { name, contentType, body, isBytes } = args;
    if (typeof name !== 'string' || typeof body !== 'string') throw new InvalidFileError();
    const upload = this.begin();
    await upload.write(Buffer.from(body, isBytes === true ? 'base64' : 'utf8'));
    return upload.end(describeFile({ name, contentType }));
  }

  /** What the plugin sends on. */
  async read(fileId: string): Promise<KeptFile> {
    const file = /^[0-9a-f]{64}$/u.test(fileId) ? await this.#files.read(fileId) : undefined;
    if (file === undefined) throw new FileNotFoundError();
    return file;
  }

  begin(): FileUpload {
    const upload = new FileUpload({
      put: (part) => {
        this.#bytes += part.content.byteLength;
        return this.#files.put(part);
      },
      abandon: (uploadId) => this.#files.abandon(uploadId),
    });
    return upload;
  }

  /** The file of an answer whose body has been handed on. */
  end(upload: FileUpload, saveAs: object, { url, headers }: EgressResponse): Promise<FileHandle> {
    const { name, contentType } = { name: undefined, contentType: undefined, ...saveAs };
    return upload.end(describeFile({ name, contentType, url, headers }));
  }
}
