import { isIP } from 'node:net';
import { EgressError } from './errors.ts';

/** A URL that was checked: what is requested is exactly what was compared with the grants. */
export interface Target {
  readonly url: URL;
  readonly scheme: 'https' | 'http';
  readonly host: string;
  readonly port: number;
}

const maxLength = 8192;
/** Blanks, control characters and backslashes, which parsers drop or read differently. */
export const oddCharacters = /[\x00-\x20\x7f\\]/u; // oxlint-disable-line no-control-regex -- control characters are what it looks for
const shape = /^(https?):\/\/([^/?#]+)/iu;

/** Checks a URL by form; throws EgressError. Parsers disagree on odd URLs, so odd ones are refused. */
export function checkUrl(text: unknown): Target {
  if (typeof text !== 'string') throw new EgressError('URL_TYPE', 'the URL must be a string');
  if (text.length > maxLength)
    throw new EgressError('URL_TOO_LONG', `the URL has more than ${String(maxLength)} characters`);
  if (oddCharacters.test(text))
    throw new EgressError(
      'URL_CHARS',
      'the URL has a blank, control character or backslash; encode it',
    );
  const match = shape.exec(text);
  if (match === null)
    throw new EgressError('SCHEME', 'the URL must begin with https:// or, where granted, http://');
  const authority = match[2] ?? '';
  if (authority.includes('@'))
    throw new EgressError('USERINFO', 'the URL must not hold a user or password; use a header');
  const url = parse(text);
  const host = checkHost(authority.replace(/:\d*$/u, ''), url.hostname);
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  return { url, scheme, host, port: portOf(url, scheme) };
}

function portOf(url: URL, scheme: 'https' | 'http'): number {
  if (url.port === '') return scheme === 'https' ? 443 : 80;
  if (url.port === '0') throw new EgressError('PORT', 'port 0 is no port');
  return Number(url.port);
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    throw new EgressError('URL_PARSE', 'the URL cannot be read', 'never', { cause: error });
  }
}

function checkHost(written: string, parsed: string): string {
  if (!/^[\x21-\x7e]+$/u.test(written) || written.includes('%'))
    throw new EgressError(
      'HOST_NOT_ASCII',
      'write the host in ASCII, names of other scripts as xn--',
    );
  if (parsed.startsWith('[') || isIP(parsed) !== 0)
    throw new EgressError('IP_LITERAL', 'an address is never granted; name the host');
  if (written.toLowerCase() !== parsed)
    throw new EgressError('HOST_NOT_ASCII', 'the host is not in its plain form');
  if (parsed.endsWith('.'))
    throw new EgressError('TRAILING_DOT', 'the host must not end with a dot');
  return parsed;
}
