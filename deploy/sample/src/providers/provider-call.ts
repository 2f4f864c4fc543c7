import type { IncomingMessage } from 'node:http';

/** A request to a provider, read as a whole. */
export interface ProviderCall {
  readonly method: string;
  /** Parts of the path, decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ProviderReply {
  readonly status: number;
  /** Goes as JSON, a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const maxBody = 30 * 1024 * 1024;

export async function readCall(request: IncomingMessage): Promise<ProviderCall> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBody) throw new RangeError('the body is too large');
    chunks.push(bytes);
  }
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://provider.invalid');
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return {
    method: request.method ?? 'GET',
    segments: pathname.split('/').slice(1).map(decodeURIComponent),
    query: searchParams,
    headers: Object.fromEntries<string>(headers),
    body: Buffer.concat(chunks),
  };
}

/** A JSON body; undefined when it says that it is something else, or is none. */
export function jsonOf({ headers, body }: ProviderCall): Record<string, unknown> | undefined {
  if (!/^application\/json\b/iu.test(headers['content-type'] ?? '')) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** A form, with files or without; undefined for anything else. */
export async function formOf({ headers, body }: ProviderCall): Promise<FormData | undefined> {
  const type = headers['content-type'] ?? '';
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/iu.test(type))
    return undefined;
  const bytes = new Uint8Array(body);
  return new Response(bytes, { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
}

/** Of a field that came once. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** Of several, in their order. */
export function textsOf(form: FormData, names: readonly string[]): readonly string[] {
  return names.map((name) => textOf(form, name));
}

/** What files of a form hold. */
export async function filesOf(form: FormData, name: string): Promise<readonly ReceivedFile[]> {
  const files = form.getAll(name).filter((value) => typeof value !== 'string');
  return Promise.all(
    files.map(async (file) => ({
      name: file.name,
      type: file.type,
      content: Buffer.from(await file.arrayBuffer()),
    })),
  );
}

/** A file as a provider got it. */
export interface ReceivedFile {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

/** `name:password` of RFC 7617; undefined without. */
export function basicOf({ headers }: Pick<ProviderCall, 'headers'>): string | undefined {
  const [, text] = /^Basic (.+)$/u.exec(headers['authorization'] ?? '') ?? [];
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString();
}

/** E.164. */
export function isNumber(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/u.test(text);
}
