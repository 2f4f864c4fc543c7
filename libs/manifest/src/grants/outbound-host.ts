import { GrantSyntaxError } from '../errors.ts';

/** Where a grant lets requests go. */
export interface OutboundHost {
  readonly scheme: 'https' | 'http';
  /** Lower-case ASCII name, without `*.`. */
  readonly host: string;
  /** One label more than `host`, and any. */
  readonly wildcard: boolean;
  readonly port: number;
}

/** Whether strangers can register names under this one, as under `co.uk`. */
export type PublicSuffixTest = (host: string) => boolean;

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u;
const internalSuffixes = [
  'local',
  'internal',
  'svc',
  'cluster.local',
  'localhost',
  'localdomain',
  'lan',
  'home.arpa',
  'onion',
];

/** Reads `[http://][*.]host[:port]`, the resource of `network:outbound:`. */
export function parseOutboundHost(
  text: string,
  permission: string,
  isPublicSuffix: PublicSuffixTest,
): OutboundHost {
  const scheme = text.startsWith('http://') ? 'http' : 'https';
  const rest = scheme === 'http' ? text.slice('http://'.length) : text;
  const wildcard = rest.startsWith('*.');
  const [host = '', portText, ...more] = (wildcard ? rest.slice(2) : rest).split(':');
  checkHost(more.length > 0 ? '' : host, permission);
  if (wildcard && isPublicSuffix(host))
    throw new GrantSyntaxError(
      permission,
      'WILD_TOO_WIDE',
      'a wildcard over a public suffix would cover strangers; write one label more',
    );
  const standardPort = scheme === 'http' ? 80 : 443;
  const port = portText === undefined ? standardPort : parsePort(portText, permission);
  return { scheme, host, wildcard, port };
}

function checkHost(host: string, permission: string): void {
  const labels = host.split('.');
  if (labels.length < 2 || host.length > 253 || !labels.every((part) => label.test(part)))
    throw new GrantSyntaxError(
      permission,
      'HOST_SYNTAX',
      'write a full host name in lower-case ASCII (xn-- for other scripts) with an optional port, without https://, path or trailing dot',
    );
  if (/^\d/u.test(labels.at(-1) ?? ''))
    throw new GrantSyntaxError(permission, 'HOST_IP', 'an address is not allowed, name the host');
  if (internalSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`)))
    throw new GrantSyntaxError(
      permission,
      'HOST_INTERNAL',
      'names of internal networks are given by the operator, not by a manifest',
    );
}

function parsePort(text: string, permission: string): number {
  if (text === '*') throw new GrantSyntaxError(permission, 'HOST_SYNTAX', 'a port is a number');
  const port = Number(text);
  if (!/^[1-9]\d{0,4}$/u.test(text) || port > 65_535)
    throw new GrantSyntaxError(permission, 'PORT_SYNTAX', 'a port is a number from 1 to 65535');
  return port;
}
