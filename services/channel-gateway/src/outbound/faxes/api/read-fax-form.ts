import { InvalidParametersError } from '../../../errors.ts';
import { FaxFileError } from '../errors.ts';
import { maxFileBytes, type GivenFile } from '../file/fax-file.ts';

/** One part of a form, as @fastify/multipart gives it. */
export interface FormPart {
  readonly fieldname: string;
  readonly filename?: string;
  readonly value?: unknown;
  readonly file?: AsyncIterable<Uint8Array>;
}

/** A request that @fastify/multipart has prepared. */
export interface FormRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  isMultipart(): boolean;
  parts(): AsyncIterableIterator<FormPart>;
}

export interface FaxForm {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly file: GivenFile | undefined;
}

/** Options for @fastify/multipart: nothing is read that could not be taken. */
export const formOptions = {
  limits: {
    fileSize: maxFileBytes + 1,
    fieldSize: 64 * 1024,
    files: 1,
    fields: 10,
    parts: 11,
    fieldNameSize: 64,
    headerPairs: 16,
  },
};
/** Headers, borders and the other parts. */
const maxEnvelopeBytes = 512 * 1024;
const maxName = 200;

/** Reads a form of fields and one file. */
export async function readFaxForm(request: FormRequest): Promise<FaxForm> {
  if (Number(request.headers['content-length'] ?? 0) > maxFileBytes + maxEnvelopeBytes)
    throw tooLarge();
  const fields: Record<string, unknown> = {};
  let file: GivenFile | undefined;
  try {
    for await (const part of request.parts())
      if (part.file === undefined) fields[part.fieldname] = part.value;
      else file = { name: nameOf(part.filename), content: await contentOf(part.file) };
  } catch (error) {
    throw translated(error);
  }
  return { fields, file };
}

/** Gives up as soon as there is too much: a file need not end. */
async function contentOf(file: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of file) {
    bytes += part.byteLength;
    if (bytes > maxFileBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function nameOf(name = ''): string {
  return name
    .toWellFormed()
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .slice(-maxName);
}

function tooLarge(): FaxFileError {
  const limit = String(maxFileBytes / 1_048_576);
  return new FaxFileError('fax.file_too_large', `the file has more than ${limit} MiB`);
}

function translated(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof FaxFileError) return error;
  const code: unknown = Reflect.get(error, 'code');
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge();
  return new InvalidParametersError([
    { parameter: 'body', detail: 'must be a form with at most ten fields and one file' },
  ]);
}
