import { parse } from 'tldts';
import { GrantSyntaxError } from './errors.ts';

/** Where a grant lets requests go. */
export interface OutboundHost {
  readonly scheme: 'https' | 'http';
  /** Lower-case ASCII name, without `*.`. */
  readonly host: string;
  /** One label more than `host`, and any. */
  readonly wildcard: boolean;
  readonly port: number;
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u;
const internalSuffixes = [
  'local',
  'internal',
  'svc',
  'cluster.local',
  'localhost',
  'lan',
  'home.arpa',
  'onion',
];

/** Reads `[http://][*.]host[:port]`, the resource of `network:outbound:`. */
export function parseOutboundHost(text: string, permission: string): OutboundHost {
  const scheme = text.startsWith('http://') ? 'http' : 'https';
  const rest = scheme === 'http' ? text.slice('http://'.length) : text;
  const wildcard = rest.startsWith('*.');
  const [host = '', portText, ...more] = (wildcard ? rest.slice(2) : rest).split(':');
  if (more.length > 0)
    throw new GrantSyntaxError(
      permission,
      'HOST_SYNTAX',
      'write a host name with an optional port',
    );
  checkHost(host, wildcard, permission);
  const port =
    portText === undefined ? (scheme === 'http' ? 80 : 443) : parsePort(portText, permission);
  return { scheme, host, wildcard, port };
}

function checkHost(host: string, wildcard: boolean, permission: string): void {
  const labels = host.split('.');
  if (labels.length < 2 || host.length > 253 || !labels.every((part) => label.test(part)))
    throw new GrantSyntaxError(
      permission,
      'HOST_SYNTAX',
      'the host must be a full name in lower-case ASCII (xn-- for others), without scheme, path or trailing dot',
    );
  if (/^\d/u.test(labels.at(-1) ?? ''))
    throw new GrantSyntaxError(permission, 'HOST_IP', 'an address is not allowed, name the host');
  if (internalSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`)))
    throw new GrantSyntaxError(
      permission,
      'HOST_INTERNAL',
      'names of internal networks are given by the operator, not by a manifest',
    );
  if (wildcard && parse(host, { allowPrivateDomains: true }).publicSuffix === host)
    throw new GrantSyntaxError(
      permission,
      'WILD_TOO_WIDE',
      'a wildcard over a public suffix would cover strangers',
    );
}

function parsePort(text: string, permission: string): number {
  if (text === '*') throw new GrantSyntaxError(permission, 'HOST_SYNTAX', 'a port is a number');
  const port = Number(text);
  if (!/^[1-9]\d{0,4}$/u.test(text) || port > 65_535)
    throw new GrantSyntaxError(permission, 'PORT_SYNTAX', 'a port is a number from 1 to 65535');
  return port;
}
