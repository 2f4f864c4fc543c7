import { EgressError } from './errors.ts';

const maxHeaders = 64;
const maxBytes = 16_384;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u;
const visible = /^[\t\x20-\x7e\x80-\xff]*$/u; // oxlint-disable-line no-control-regex -- the tab is allowed
const owned = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'via',
  'forwarded',
  'accept-encoding',
  'http2-settings',
  'x-real-ip',
]);
const ownedPrefixes = ['proxy-', 'x-forwarded-', 'sec-'];

/** Checks the headers a plugin gives; names become lower case. Framing, routing and hop-by-hop headers belong to the platform. */
export function checkHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(headers);
  if (entries.length > maxHeaders)
    throw new EgressError('HEADER_COUNT', `more than ${String(maxHeaders)} headers`);
  const checked: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of entries) {
    const lower = checkName(name);
    if (Object.hasOwn(checked, lower))
      throw new EgressError('HEADER_DUPLICATE', `the header ${lower} is given twice`);
    if (typeof value !== 'string' || !visible.test(value))
      throw new EgressError('HEADER_VALUE', `the value of ${lower} must be a string of one line`);
    bytes += lower.length + value.length;
    checked[lower] = value;
  }
  if (bytes > maxBytes)
    throw new EgressError('HEADER_BYTES', `the headers have more than ${String(maxBytes)} bytes`);
  return checked;
}

function checkName(name: string): string {
  if (!token.test(name))
    throw new EgressError('HEADER_NAME', 'a header name has a character that is not allowed');
  const lower = name.toLowerCase();
  if (owned.has(lower) || ownedPrefixes.some((prefix) => lower.startsWith(prefix)))
    throw new EgressError('HEADER_FORBIDDEN', `the header ${lower} is set by the platform`);
  return lower;
}
