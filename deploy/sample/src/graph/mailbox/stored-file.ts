/** Content that is sent as it is. */
export interface StoredFile {
  readonly contentType: string;
  readonly content: Buffer;
}
