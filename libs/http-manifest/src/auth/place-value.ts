import { AuthError } from './auth-error.ts';
import type { AuthRequest } from './auth-request.ts';

/** A name and the value that proves who asks. */
export interface Proof {
  readonly name: string;
  readonly value: string;
}

// oxlint-disable-next-line no-control-regex -- these end a header or are none of its characters
const unfit = /[\x00-\x08\x0a-\x1f\x7f]/u;
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/u;

/** With a header, in the place of one that has the name. */
export function withHeader<T extends AuthRequest>(request: T, { name, value }: Proof): T {
  if (unfit.test(value))
    throw new AuthError(
      'http.invalid_header_value',
      `what goes into the header ${name} has a line break or another control character; correct the credential`,
    );
  const lower = name.toLowerCase();
  const others = Object.entries(request.headers).filter(([key]) => key.toLowerCase() !== lower);
  return { ...request, headers: { ...Object.fromEntries(others), [name]: value } };
}

export function withQuery<T extends AuthRequest>(request: T, { name, value }: Proof): T {
  const [url = '', ...fragment] = request.url.split('#');
  const glue = url.includes('?') ? '&' : '?';
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return { ...request, url: [`${url}${glue}${pair}`, ...fragment].join('#') };
}

export function withCookie<T extends AuthRequest>(request: T, { name, value }: Proof): T {
  if (!cookieValue.test(value))
    throw new AuthError(
      'http.invalid_header_value',
      `what goes into the cookie ${name} has a character that no cookie may have; correct the credential`,
    );
  const given = Object.entries(request.headers).find(([key]) => key.toLowerCase() === 'cookie');
  const pair = `${name}=${value}`;
  return withHeader(request, {
    name: 'Cookie',
    value: given === undefined ? pair : `${given[1]}; ${pair}`,
  });
}

/**
 * What `{name}` of a template becomes in a URL, until the credential takes its place. No rendered value has it, for their
 * escapes are in upper case; all URLs whose credential is yet to come are written by this function.
 */
export function credentialPlace(name: string): string {
  return `%7b${name}%7d`;
}

/** An address that a provider gave, in which no credential has a place. */
export function withoutPlaces(url: string): string {
  return url.replaceAll('%7b', '%7B');
}

/** In the place that the template has for it; what a value spells is none. */
export function withPath<T extends AuthRequest>(request: T, { name, value }: Proof): T {
  const { origin, path, rest } = partsOf(request.url);
  const filled = path.replaceAll(credentialPlace(name), () => pathSegment(value));
  return { ...request, url: `${origin}${filled}${rest}` };
}

/** As one segment: what RFC 3986 lets stand in it stands as it is, but for a segment of dots alone. */
export function pathSegment(value: string): string {
  if (/^\.{1,2}$/u.test(value)) return value.replaceAll('.', '%2E');
  return encodeURIComponent(value).replaceAll(/%(3A|40|24|2C|3B|3D|2B)/gu, (code) =>
    decodeURIComponent(code),
  );
}

/** Beside the fields of a form or a JSON object. */
export function withField<T extends AuthRequest>(request: T, proof: Proof): T {
  const { multipart, bodyPieces, body } = request;
  if (multipart !== undefined) return { ...request, multipart: [proof, ...multipart] };
  const [first, ...others] = bodyPieces ?? [];
  if (typeof first === 'string')
    return { ...request, bodyPieces: [jsonWith(first, proof), ...others] };
  if (typeof body === 'string') return { ...request, body: textWith(request, body, proof) };
  if (body === undefined || body === null)
    return { ...request, body: { [proof.name]: proof.value } };
  if (typeof body === 'object' && !Array.isArray(body))
    return { ...request, body: { ...body, [proof.name]: proof.value } };
  throw noFields();
}

function textWith({ headers }: AuthRequest, body: string, proof: Proof): string {
  const type = Object.entries(headers).find(([key]) => key.toLowerCase() === 'content-type')?.[1];
  if (/^\s*\{/u.test(body) && !/urlencoded/iu.test(type ?? '')) return jsonWith(body, proof);
  if (/urlencoded/iu.test(type ?? '')) {
    const pair = `${formText(proof.name)}=${formText(proof.value)}`;
    return body === '' ? pair : `${body}&${pair}`;
  }
  throw noFields();
}

/** Into the text, of which the rest stays as it was written. */
function jsonWith(text: string, { name, value }: Proof): string {
  const match = /^\s*\{(\s*)(\})?/u.exec(text);
  if (match === null) throw noFields();
  const at = text.indexOf('{') + 1;
  const field = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  const isLast = match[2] !== undefined;
  return `${text.slice(0, at)}${field}${isLast ? '' : ','}${text.slice(at)}`;
}

/** As application/x-www-form-urlencoded has it. */
export function formText(value: string): string {
  return encodeURIComponent(value)
    .replaceAll('%20', '+')
    .replaceAll(
      /[!'()~]/gu,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}

function noFields(): AuthError {
  return new AuthError(
    'http.auth',
    'a credential goes into the body, which is neither a form nor a JSON object',
  );
}

/** The origin, the path, and what stands behind it. */
export function partsOf(url: string): {
  readonly origin: string;
  readonly path: string;
  readonly query: string;
  readonly rest: string;
} {
  const [, origin = '', path = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(.*)$/isu.exec(url) ?? [];
  const query = /^\?([^#]*)/u.exec(rest)?.[1] ?? '';
  return { origin, path, query, rest };
}
