import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Digest of what an author pushed. Of the sources and not of the script made from them, so that the same files are the
 * same version after an update of the bundler, too.
 */
export function uploadDigest(
  manifestText: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): string {
  const entries = [...files]
    .map(([path, content]) => [path, sha256(content)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(['madeopen-version-v1', sha256(manifestText), entries]));
}
