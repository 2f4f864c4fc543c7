/** A file as the plugin gets it, in the form of an attachment. */
export interface FileHandle {
  readonly file_id: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size_bytes: number;
}

/** A file with its whole content. */
export interface KeptFile {
  readonly name: string;
  readonly mimeType: string;
  readonly content: Uint8Array;
}

/** One part of a file on its way to who keeps it. */
export interface FilePart {
  /** The same for all parts of a file. */
  readonly uploadId: string;
  /** From 0. */
  readonly chunk: number;
  readonly content: Uint8Array;
  /** With the last part. */
  readonly end?: { readonly name: string; readonly mimeType: string; readonly sha256: string };
}

/** What keeps the files of a connection; answered by etl. */
export abstract class PlatformFiles {
  /** Resolves when the part is kept; with the last one to the file. */
  abstract put(part: FilePart): Promise<FileHandle | undefined>;
  /** Nothing more comes of an upload; resolves also when nobody could be told. */
  abstract abandon(uploadId: string): Promise<void>;
  /** A file that the plugin may send on; undefined for any other. */
  abstract read(fileId: string): Promise<KeptFile | undefined>;
}
