import type { Webhook } from '../http-manifest.ts';
import { firstAt } from '../response/json-path.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';
import type { FileHandle, RunContext } from './run-context.ts';

type FileSource = NonNullable<Webhook['files']>[number];

/** Keeps the files of an event: texts in base64, and parts of a form as the gateway hands them on. */
export async function keepFiles(
  sources: readonly FileSource[],
  { body }: ProviderAnswer,
  { files }: Pick<RunContext, 'files'>,
): Promise<readonly FileHandle[]> {
  const kept: FileHandle[] = [];
  for (const source of sources) {
    const { base64, ...described } = contentOf(source, firstAt(source.path, body));
    if (base64 !== '') kept.push(await files.save({ ...described, body: bytesOf(base64) }));
  }
  return kept;
}

interface FileContent {
  readonly name: string;
  readonly contentType: string;
  /** Empty for no file. */
  readonly base64: string;
}

function contentOf({ source, name, content_type: type }: FileSource, found: unknown): FileContent {
  const usual = { name, contentType: type ?? 'application/pdf' };
  if (source === 'base64') return { ...usual, base64: textAt(found) };
  const part = typeof found === 'object' && found !== null ? { ...found } : {};
  const [filename, contentType, base64] = ['filename', 'content_type', 'base64'].map((key) =>
    textAt(Reflect.get(part, key)),
  );
  return {
    name: filename || usual.name,
    contentType: type ?? (contentType || usual.contentType),
    base64: base64 ?? '',
  };
}

function textAt(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Base64 as it comes: with line breaks, in the alphabet of URLs, as a data URL. */
function bytesOf(base64: string): Uint8Array {
  const plain = base64
    .replace(/^data:[^,]{0,200},/u, '')
    .replaceAll(/\s+/gu, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const text = decoded(plain);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    throw new Error('a file that the webhook has brought is not in base64');
  }
}
