/** What was kept of an attachment: `[digest of what it was, file_id, size in bytes]`, newest at the end. */
export type SavedFiles = readonly (readonly [digest: string, fileId: string, sizeBytes: number])[];

/** Some 15 KB of a checkpoint. */
const mostFiles = 150;

/**
 * Attachments that were kept lately. A mail that was read has changed for Outlook, and is told again as a whole; its
 * attachments are what they were, and need not be fetched again.
 */
export class FileMemory {
  readonly #files: Map<string, { readonly fileId: string; readonly sizeBytes: number }>;

  constructor(saved: SavedFiles = []) {
    this.#files = new Map(
      saved.map(([digest, fileId, sizeBytes]) => [digest, { fileId, sizeBytes }]),
    );
  }

  get(digest: string): { readonly fileId: string; readonly sizeBytes: number } | undefined {
    return this.#files.get(digest);
  }

  remember(digest: string, file: { fileId: string; sizeBytes: number }): void {
    this.#files.delete(digest);
    this.#files.set(digest, file);
  }

  saved(): SavedFiles {
    return [...this.#files]
      .slice(-mostFiles)
      .map(([digest, { fileId, sizeBytes }]) => [digest, fileId, sizeBytes]);
  }
}
