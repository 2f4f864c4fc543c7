import { isIPv6 } from 'node:net';

export interface TunnelTarget {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

const authority = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[a-zA-Z0-9.-]+)):(?<port>\d{1,5})$/u;

/** What a CONNECT asks for (RFC 9110, 9.3.6); undefined where it is no host and port. */
export function tunnelTarget(text: string): TunnelTarget | undefined {
  const groups = authority.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { v6, name = '' } = groups;
  if (v6 !== undefined && !isIPv6(v6)) return undefined;
  const port = Number(groups['port']);
  return port >= 1 && port <= 65_535 ? { host: v6 ?? name, port } : undefined;
}
