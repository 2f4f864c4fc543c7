import { posix } from 'node:path';
import { RequestError } from '../errors.ts';

interface Part {
  readonly type: 'file' | 'field';
  readonly fieldname: string;
  readonly filename?: string;
  readonly value?: unknown;
  toBuffer?(): Promise<Buffer>;
}

/** A request that @fastify/multipart has prepared, and the guard has let in. */
export interface MultipartRequest {
  isMultipart(): boolean;
  parts(): AsyncIterableIterator<Part>;
  readonly caller?: string;
}

/** Limits of an upload, also given to @fastify/multipart. */
export const uploadLimits = { fileSize: 5 * 1024 * 1024, files: 64, fields: 4, parts: 68 };

const pathPattern = /^[A-Za-z0-9._/-]{1,200}$/u;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a push: plugin.json and source files, all in memory and never as an archive. */
export async function readUpload(
  request: MultipartRequest,
): Promise<{ manifestText: string; files: Map<string, string> }> {
  if (!request.isMultipart())
    throw new RequestError(
      'upload.media_type',
      415,
      'push as multipart/form-data with the parts manifest and source',
    );
  const files = new Map<string, string>();
  let manifestText: string | undefined;
  let bytes = 0;
  for await (const part of request.parts()) {
    const content =
      part.toBuffer === undefined ? Buffer.from(String(part.value)) : await part.toBuffer();
    bytes += content.length;
    if (bytes > uploadLimits.fileSize)
      throw new RequestError(
        'upload.too_large',
        413,
        `a plugin has at most ${String(uploadLimits.fileSize)} bytes`,
      );
    const text = decodeText(part, content);
    if (part.fieldname === 'manifest') manifestText = text;
    else addPart(files, part, text);
  }
  if (manifestText === undefined)
    throw new RequestError(
      'upload.manifest',
      422,
      'the part "manifest" with plugin.json is missing',
    );
  if (files.size === 0)
    throw new RequestError('upload.source', 422, 'no part "source" or "bundle" was pushed');
  return { manifestText, files };
}

function addPart(files: Map<string, string>, part: Part, text: string): void {
  if (part.fieldname === 'bundle') files.set('bundle.js', text);
  else if (part.fieldname === 'source') addFile(files, part.filename ?? '', text);
  else
    throw new RequestError(
      'upload.part',
      422,
      `the part "${part.fieldname.slice(0, 64)}" is not known; parts are manifest, source and bundle`,
    );
}

function addFile(files: Map<string, string>, name: string, text: string): void {
  const path = posix.normalize(name);
  if (
    !pathPattern.test(name) ||
    path.startsWith('..') ||
    path.startsWith('/') ||
    path.includes('/../')
  )
    throw new RequestError(
      'upload.path',
      422,
      `the file name ${JSON.stringify(name.slice(0, 200))} is not a path within the plugin; give it as filename=src/index.ts`,
    );
  if (files.has(path))
    throw new RequestError('upload.path', 422, `the file ${path} was pushed twice`);
  files.set(path, text);
}

function decodeText(part: Part, content: Buffer): string {
  try {
    return decoder.decode(content);
  } catch {
    throw new RequestError('upload.utf8', 422, `${part.filename ?? part.fieldname} is not UTF-8`);
  }
}
