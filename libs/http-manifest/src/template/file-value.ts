/** A file in a scope: its description can be shown, its bytes only go out beside the isolate. */
export class FileValue {
  /** The handle that requests name it by. */
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size_bytes: number | undefined;
  /** Where the provider may fetch it; absent when the platform has no public address. */
  readonly url: string | undefined;

  constructor(file: {
    readonly id: string;
    readonly name?: string | undefined;
    readonly media_type?: string | undefined;
    readonly size_bytes?: number | undefined;
    readonly url?: string | undefined;
  }) {
    this.id = file.id;
    this.name = file.name ?? 'document.pdf';
    this.media_type = file.media_type ?? 'application/pdf';
    this.size_bytes = file.size_bytes;
    this.url = file.url;
  }
}

/** Stands for a file's bytes in base64 within a body. */
export class FileInBase64 {
  readonly fileId: string;

  constructor(fileId: string) {
    this.fileId = fileId;
  }
}
