import { posix } from 'node:path';
import { RequestError } from '../errors.ts';
import { isHttpManifest } from '../http-manifests/http-push.ts';

/** What was pushed: plugin.json, and either source files or one ready-made module; or an HTTP manifest alone. */
export interface Upload {
  readonly manifestText: string;
  readonly files: ReadonlyMap<string, string>;
  /** Packages of a Python plugin by their file names. */
  readonly wheels?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly bundle: string | undefined;
  /** The import made the document of one of Faxbot; never said by whoever pushes. */
  readonly isLegacy?: boolean;
}

/** One part of a multipart body, as @fastify/multipart gives it. */
export interface Part {
  readonly fieldname: string;
  readonly filename?: string;
  readonly value?: unknown;
  readonly file?: AsyncIterable<Uint8Array>;
}

const maxBytes = 5 * 1024 * 1024;
export const maxFiles = 256;
/** Headers and borders of the parts. */
const maxEnvelopeBytes = 512 * 1024;

/** Options for @fastify/multipart: paths stay whole, and nothing is read that could not be taken. */
export const multipartOptions = {
  preservePath: true,
  limits: {
    fileSize: maxBytes + 1,
    fieldSize: maxBytes,
    files: maxFiles,
    fields: 2,
    parts: maxFiles + 2,
    fieldNameSize: 64,
    headerPairs: 16,
  },
};

const segment = /^[A-Za-z0-9_@+()[\]-][A-Za-z0-9._@+()[\]-]*$/u;
const maxPath = 200;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a push part by part, in memory and never as an archive. */
export async function readUpload(parts: AsyncIterable<Part>): Promise<Upload> {
  const files = new Map<string, string>();
  const wheels = new Map<string, Uint8Array>();
  const singles = new Map<string, string>();
  let bytes = 0;
  for await (const part of withinLimits(parts)) {
    const content = await contentOf(part, maxBytes - bytes);
    bytes += content.length;
    if (part.fieldname === 'wheel') {
      addFile(wheels, part.filename ?? '', content);
      continue;
    }
    const text = decode(part, content);
    if (part.fieldname === 'source') addFile(files, part.filename ?? '', text);
    else addSingle(singles, part.fieldname, text);
  }
  return { ...complete(files, singles), ...(wheels.size === 0 ? {} : { wheels }) };
}

/** Told before anything is read of it. */
export function checkLength(contentLength: string | undefined): void {
  if (Number(contentLength ?? 0) > maxBytes + maxEnvelopeBytes) throw tooLarge();
}

/** Gives up as soon as there is too much: a file need not end. */
async function contentOf({ file, value }: Part, roomBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of file ?? [Buffer.from(String(value))]) {
    bytes += chunk.byteLength;
    if (bytes > roomBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* withinLimits(parts: AsyncIterable<Part>): AsyncIterable<Part> {
  try {
    yield* parts;
  } catch (error) {
    translate(error);
  }
}

/** Errors of @fastify/multipart, in words that help. */
function translate(error: unknown): never {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && /^FST_(PARTS|FILES|FIELDS)_LIMIT$/u.test(code))
    throw tooManyFiles();
  if (code === 'FST_MP_PREMATURE_CLOSE')
    throw refused('upload.cut_off', 'the multipart body ended in its middle; push again');
  throw error;
}

function complete(
  files: ReadonlyMap<string, string>,
  singles: ReadonlyMap<string, string>,
): Upload {
  const [manifestText, bundle] = [singles.get('manifest'), singles.get('bundle')];
  if (manifestText === undefined)
    throw refused(
      'upload.manifest',
      'the part "manifest" with plugin.json, or with an HTTP manifest, is missing',
    );
  const hasNoSource = bundle === undefined && files.size === 0;
  if (hasNoSource && isHttpManifest(manifestText)) return { manifestText, files, bundle };
  if (hasNoSource || (bundle !== undefined && files.size > 0))
    throw refused('upload.source', 'push parts "source", or one part "bundle", and not both');
  return { manifestText, files, bundle };
}

function addSingle(singles: Map<string, string>, name: string, text: string): void {
  if (name !== 'manifest' && name !== 'bundle')
    throw refused(
      'upload.part',
      `the part ${JSON.stringify(name.slice(0, 64))} is not known; parts are manifest, source, wheel and bundle`,
    );
  if (singles.has(name)) throw refused('upload.part', `the part "${name}" was pushed twice`);
  singles.set(name, text);
}

function addFile<T>(files: Map<string, T>, name: string, content: T): void {
  const path = posix.normalize(name);
  if (
    name.length > maxPath ||
    path.startsWith('/') ||
    !path.split('/').every((part) => segment.test(part))
  )
    throw refused(
      'upload.path',
      `the file name ${JSON.stringify(name.slice(0, maxPath))} is not a path within the plugin; give it as filename=src/index.ts`,
    );
  // Two names that a disk without upper and lower case would take for one.
  if ([...files.keys()].some((other) => other.toLowerCase() === path.toLowerCase()))
    throw refused('upload.path', `the file ${path} was pushed twice`);
  files.set(path, content);
}

function decode(part: Part, content: Buffer): string {
  try {
    return decoder.decode(content);
  } catch {
    throw refused(
      'upload.utf8',
      `${JSON.stringify((part.filename ?? part.fieldname).slice(0, maxPath))} is not UTF-8 text`,
    );
  }
}

function refused(code: string, message: string): RequestError {
  return new RequestError(code, 422, message);
}

export function tooManyFiles(): RequestError {
  return new RequestError(
    'upload.too_many_parts.too_large',
    413,
    `a plugin has at most ${String(maxFiles)} files; bundle them into one module and push it as the part "bundle"`,
  );
}

function tooLarge(): RequestError {
  return new RequestError(
    'upload.too_large',
    413,
    `a plugin has at most ${String(maxBytes)} bytes, plugin.json and all files together; leave out what does not run, or push one minified module as the part "bundle"`,
  );
}
