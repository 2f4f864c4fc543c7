import type { StoredFile } from '@made-open/contracts';

/** Strong: the id is the digest of the content. */
export function fileTag({ fileId }: StoredFile): string {
  return `"${fileId}"`;
}

/**
 * Whoever made the file, a browser must not run it as a page of this address: it is downloaded, its type is believed as it
 * stands, and were it opened all the same, it could do nothing.
 */
export function fileHeaders(file: StoredFile): Readonly<Record<string, string>> {
  return {
    'Content-Type': file.mimeType,
    'Content-Length': String(file.sizeBytes),
    'Content-Disposition': disposition(file.name),
    'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  };
}

/** Both forms (RFC 6266): the first for clients that know no other. */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  const extended = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/gu,
    (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}
