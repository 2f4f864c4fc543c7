import type { RequestHmac, StringToSignPart } from '../http-manifest.ts';
import type { AuthCrypto, AuthPorts, AuthRequest } from './auth-request.ts';
import { partsOf, withHeader, withQuery } from './place-value.ts';

const timestampHeader = 'X-Timestamp';

export interface Signing extends AuthPorts {
  /** All of the body, as it goes out. */
  readonly rawBody: Uint8Array;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * With a signature over its parts. Where the time is one of them, it is that of the header X-Timestamp, in seconds: the
 * provider has to know it.
 */
export function signed<T extends AuthRequest>(auth: RequestHmac, request: T, signing: Signing): T {
  const timed = auth.string_to_sign.includes('timestamp')
    ? withTimestamp(request, signing.now)
    : request;
  const { algorithm, encoding, name, prefix = '' } = auth;
  const key = signing.lookup(auth.key);
  const message = stringToSign(auth.string_to_sign, timed, signing);
  const signature = signing.crypto.hmac({ algorithm, key, encoding }, message);
  const proof = { name, value: `${prefix}${signature}` };
  return auth.in === 'query' ? withQuery(timed, proof) : withHeader(timed, proof);
}

/** The parts one after the other, with nothing between them. */
export function stringToSign(
  parts: readonly StringToSignPart[],
  request: AuthRequest,
  { rawBody, crypto }: { readonly rawBody: Uint8Array; readonly crypto: AuthCrypto },
): Uint8Array {
  const bytes = parts.map((part) =>
    part === 'raw_body' ? rawBody : crypto.bytes(textOf(part, request, { rawBody, crypto })),
  );
  const whole = new Uint8Array(bytes.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const each of bytes) {
    whole.set(each, at);
    at += each.byteLength;
  }
  return whole;
}

function textOf(
  part: Exclude<StringToSignPart, 'raw_body'>,
  request: AuthRequest,
  { rawBody, crypto }: { readonly rawBody: Uint8Array; readonly crypto: AuthCrypto },
): string {
  if (typeof part === 'object')
    return 'literal' in part ? part.literal : headerOf(request, part.header);
  switch (part) {
    case 'method':
      return request.method;
    case 'url':
      return request.url;
    case 'path':
      return partsOf(request.url).path;
    case 'query':
      return partsOf(request.url).query;
    case 'body_sha256':
      return crypto.sha256Hex(rawBody);
    default:
      return headerOf(request, timestampHeader);
  }
}

function withTimestamp<T extends AuthRequest>(request: T, now: number): T {
  if (headerOf(request, timestampHeader) !== '') return request;
  return withHeader(request, { name: timestampHeader, value: String(Math.floor(now / 1000)) });
}

/** Empty where there is none. */
function headerOf({ headers }: AuthRequest, name: string): string {
  const lower = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === lower)?.[1] ?? '';
}
