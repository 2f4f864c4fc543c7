import { FileNotFoundError, FileTooLargeError, RequestFaultError } from '../../errors.ts';
import type { KeptFile } from '../files/platform-files.ts';
import { multipart, type FormPart } from './multipart.ts';
import type { ContentPart, ContentPiece, RequestContent } from './request-content.ts';

/** What goes out, and as what unless a header says it. */
export interface AssembledContent {
  readonly body: Uint8Array | undefined;
  readonly contentType?: string | undefined;
  /** No header of the plugin can say otherwise: it names the boundary. */
  readonly isOwnType?: boolean;
}

/** The content of a file that the plugin may send on. */
export type ReadFile = (fileId: string) => Promise<KeptFile>;

/** As much as egress sends. */
const defaultBytes = 32 * 1024 * 1024;
const defaultType = 'application/octet-stream';
/** A multiple of three, so that no padding stands within. */
const base64Chunk = 48 * 1024;

/** Puts the files into the content of a request. All of it is held: whoever calls lets one in at a time. */
export async function assembleContent(
  content: RequestContent,
  readFile: ReadFile,
  maxBytes = defaultBytes,
): Promise<AssembledContent> {
  const files = new FilesWithin(readFile, Math.min(maxBytes, defaultBytes));
  switch (content.kind) {
    case 'none':
      return { body: undefined };
    case 'text':
      return { body: files.kept(Buffer.from(content.text)), contentType: content.contentType };
    case 'bytes':
      return { body: files.kept(content.bytes), contentType: content.contentType };
    case 'file': {
      const file = await files.read(content.file);
      return { body: file.content, contentType: content.contentType ?? defaultType };
    }
    case 'multipart': {
      const parts: FormPart[] = [];
      for (const part of content.parts) parts.push(await formPart(part, files));
      return { ...multipart(parts), isOwnType: true };
    }
    default: {
      const pieces: Uint8Array[] = [];
      for (const piece of content.pieces) pieces.push(await bytesOf(piece, files));
      return { body: Buffer.concat(pieces), contentType: content.contentType };
    }
  }
}

/** Whether whole files are held for it. */
export function holdsFiles(content: RequestContent): boolean {
  if (content.kind === 'multipart') return content.parts.some(({ file }) => file !== undefined);
  if (content.kind === 'pieces') return content.pieces.some((piece) => typeof piece !== 'string');
  return content.kind === 'file';
}

async function formPart(
  { name, value, file, filename, contentType }: ContentPart,
  files: FilesWithin,
): Promise<FormPart> {
  if (file === undefined)
    return { name, content: files.kept(Buffer.from(value ?? '')), filename, contentType };
  const kept = await files.read(file);
  return {
    name,
    content: kept.content,
    filename: filename ?? kept.name,
    contentType: contentType ?? (kept.mimeType === '' ? defaultType : kept.mimeType),
  };
}

async function bytesOf(piece: ContentPiece, files: FilesWithin): Promise<Uint8Array> {
  if (typeof piece === 'string') return files.kept(Buffer.from(piece));
  const { content } = await files.read(piece.fileBase64, base64Size);
  const text = Buffer.allocUnsafe(base64Size(content.byteLength));
  let at = 0;
  for (let from = 0; from < content.byteLength; from += base64Chunk) {
    const chunk = Buffer.from(content.subarray(from, from + base64Chunk));
    at += text.write(chunk.toString('base64'), at, 'latin1');
  }
  return text;
}

function base64Size(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/** Says of a file that cannot be sent what is wrong with it, before anything is sent. */
export function orRequestFault(read: ReadFile): ReadFile {
  return async (fileId) => {
    const file = await read(fileId).catch((error: unknown) => {
      throw requestFault(error);
    });
    if (file.content.byteLength > 0) return file;
    throw new RequestFaultError('http.file_unavailable', 'the file is empty; nothing was sent');
  };
}

function requestFault(error: unknown): unknown {
  if (error instanceof FileNotFoundError)
    return new RequestFaultError('http.file_unavailable', error.message, { cause: error });
  if (error instanceof FileTooLargeError)
    return new RequestFaultError('http.file_too_large', error.message, { cause: error });
  return error;
}

/** Files of one request, which together with all else have so many bytes and no more. */
class FilesWithin {
  readonly #read: ReadFile;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(read: ReadFile, maxBytes: number) {
    this.#read = read;
    this.#maxBytes = maxBytes;
  }

  /** `sizeOf` so many bytes, on the way out. */
  async read(fileId: string, sizeOf = (bytes: number): number => bytes): Promise<KeptFile> {
    const file = await this.#read(fileId);
    this.#count(sizeOf(file.content.byteLength));
    return file;
  }

  kept(bytes: Uint8Array): Uint8Array {
    this.#count(bytes.byteLength);
    return bytes;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes)
      throw new RequestFaultError(
        'http.file_too_large',
        `the request would have more than ${String(this.#maxBytes)} bytes, with all its files; nothing was sent`,
      );
  }
}
