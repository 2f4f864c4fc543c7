import type { Webhook } from '../http-manifest.ts';
import { firstAt } from '../response/json-path.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';
import type { FileHandle, RunContext } from './run-context.ts';

type FileSource = NonNullable<Webhook['files']>[number];

/** Files of an event: those in base64 are kept now, those that came as parts are kept already. */
export async function keepFiles(
  sources: readonly FileSource[],
  { body }: ProviderAnswer,
  { files }: Pick<RunContext, 'files'>,
): Promise<readonly FileHandle[]> {
  const kept: FileHandle[] = [];
  for (const source of sources) {
    const found = firstAt(source.path, body);
    if (source.source === 'part') kept.push(...handleOf(found));
    else if (typeof found === 'string' && found !== '')
      kept.push(
        await files.save({
          name: source.name,
          contentType: source.content_type ?? 'application/pdf',
          body: bytesOf(found),
        }),
      );
  }
  return kept;
}

function handleOf(value: unknown): readonly FileHandle[] {
  if (typeof value !== 'object' || value === null || !('file_id' in value)) return [];
  const { file_id: id } = value;
  return typeof id === 'string' ? [{ ...value, file_id: id }] : [];
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
