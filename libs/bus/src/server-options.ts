import type { ConnectionOptions } from '@nats-io/transport-node';
import type { BusOptions } from './bus-options.ts';

/**
 * The part of a connection's options that says where it goes. With an authority, or for `tls://`, the client refuses a
 * server that offers no TLS: otherwise whoever sits between could leave the offer out, and read along.
 */
export function serverOptions({
  servers,
  caFile,
}: Pick<BusOptions, 'servers' | 'caFile'>): Pick<ConnectionOptions, 'servers' | 'tls'> {
  const urls = servers.split(',');
  if (caFile !== undefined) return { servers: urls, tls: { caFile } };
  return { servers: urls, ...(urls.some((url) => url.startsWith('tls://')) ? { tls: {} } : {}) };
}
