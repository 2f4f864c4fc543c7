import { RequestFaultError } from '../../errors.ts';

/** The content of a request as the sandbox describes it; files are ids. */
export type RequestContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string; readonly contentType?: string | undefined }
  | {
      readonly kind: 'bytes';
      readonly bytes: Uint8Array;
      readonly contentType?: string | undefined;
    }
  | { readonly kind: 'file'; readonly file: string; readonly contentType?: string | undefined }
  | { readonly kind: 'multipart'; readonly parts: readonly ContentPart[] }
  | {
      readonly kind: 'pieces';
      readonly pieces: readonly ContentPiece[];
      readonly contentType?: string | undefined;
    };

export interface ContentPart {
  readonly name: string;
  readonly value?: string | undefined;
  readonly file?: string | undefined;
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
}

export type ContentPiece = string | { readonly fileBase64: string };

type Args = Readonly<Record<string, unknown>>;

const maxParts = 256;

/** Reads it from the arguments of a call, of which nothing is trusted. */
export function readContent(args: Args): RequestContent {
  const contentType = optional(args['contentType']);
  const given = ['body', 'bodyFile', 'multipart', 'bodyPieces'].filter((name) =>
    isThere(args[name]),
  );
  if (given.length > 1)
    throw new RequestFaultError('http.request', `a request has ${given.join(' or ')}, not both`);
  switch (given[0]) {
    case 'body':
      return readBody(args, contentType);
    case 'bodyFile':
      return { kind: 'file', file: fileId(args['bodyFile']), contentType };
    case 'multipart':
      return { kind: 'multipart', parts: listOf(args['multipart'], 'multipart').map(readPart) };
    case 'bodyPieces': {
      const pieces = listOf(args['bodyPieces'], 'bodyPieces').map(readPiece);
      return { kind: 'pieces', pieces, contentType };
    }
    default:
      return { kind: 'none' };
  }
}

function readBody({ body, isBytes }: Args, contentType: string | undefined): RequestContent {
  if (typeof body !== 'string') return { kind: 'none' };
  return isBytes === true
    ? { kind: 'bytes', bytes: Buffer.from(body, 'base64'), contentType }
    : { kind: 'text', text: body, contentType };
}

function readPart(value: unknown): ContentPart {
  const part = fields(value);
  const { name } = part;
  const isFile = isThere(part['file']);
  if (typeof name !== 'string' || (!isFile && typeof part['value'] !== 'string'))
    throw new RequestFaultError(
      'http.request',
      'a part of multipart has a name and either a value, which is a string, or a file',
    );
  return {
    name,
    ...(isFile ? { file: fileId(part['file']) } : { value: String(part['value']) }),
    filename: optional(part['filename']),
    contentType: optional(part['contentType']),
  };
}

function readPiece(value: unknown): ContentPiece {
  return typeof value === 'string' ? value : { fileBase64: fileId(fields(value)['fileBase64']) };
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= maxParts) return value;
  throw new RequestFaultError(
    'http.request',
    `${name} must be a list of at most ${String(maxParts)} entries`,
  );
}

/** Whatever it is: what is no id names no file. */
function fileId(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
