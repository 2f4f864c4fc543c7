/** What a stored file is called, and what it holds. */
export interface FileDescription {
  readonly name: string;
  readonly mimeType: string;
}

/** What a plugin said of a file, and the answer of a source that it is the body of. */
export interface DescribedFile {
  readonly name?: unknown;
  readonly contentType?: unknown;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bytes of a file that one message carries; each part but the last has as many. */
export const fileChunkBytes = 512 * 1024;

const maxNameLength = 255;
const unknownType = 'application/octet-stream';
const mediaType = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/u;

/** Name and type as they were given, else as the answer and its URL say. */
export function describeFile(file: DescribedFile): FileDescription {
  const { name, contentType, url = '', headers = {} } = file;
  const names = [name, dispositionName(headers['content-disposition'] ?? ''), lastSegment(url)];
  const types = [contentType, headers['content-type']];
  return {
    name: names.map(cleanName).find((text) => text !== '') ?? 'file',
    mimeType: types.map(cleanType).find((text) => text !== '') ?? unknownType,
  };
}

/** A name for people: no folder, and nothing that a terminal or a header would take for more than text. */
function cleanName(name: unknown): string {
  if (typeof name !== 'string') return '';
  const text = name.toWellFormed().replaceAll(/\p{C}/gu, '').replaceAll(/[/\\]/gu, '_').trim();
  return text.slice(0, maxNameLength).toWellFormed();
}

function cleanType(type: unknown): string {
  const [text = ''] = typeof type === 'string' ? type.split(';') : [];
  const plain = text.trim().toLowerCase();
  return mediaType.test(plain) ? plain : '';
}

/** `filename*` and `filename` (RFC 6266). */
function dispositionName(disposition: string): string {
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/iu.exec(disposition)?.[1];
  if (extended !== undefined) return decoded(extended);
  const quoted = /filename\s*=\s*"((?:[^"\\]|\\.)*)"/iu.exec(disposition)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gu, '$1');
  return /filename\s*=\s*([^;\s"]+)/iu.exec(disposition)?.[1] ?? '';
}

function lastSegment(url: string): string {
  if (!URL.canParse(url)) return '';
  return decoded(new URL(url).pathname.split('/').at(-1) ?? '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
