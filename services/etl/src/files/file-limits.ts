/** What files may take up, and how long one that no item names is kept. */
export interface FileLimits {
  readonly fileBytes: number;
  /** Of all files that one connection holds. */
  readonly connectionBytes: number;
  readonly graceMs: number;
}

/** Of one connection at a time; a runner has twelve under way at most. */
export const openUploads = 16;
/** A part comes within seconds of the one before it, or never. */
export const uploadIdleMs = 600_000;

const mebibyte = 1024 * 1024;

export const defaultFileLimits: FileLimits = {
  fileBytes: 25 * mebibyte,
  connectionBytes: 10_240 * mebibyte,
  graceMs: 24 * 3_600_000,
};
