import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { parseGrants } from '@made-open/manifest';
import { Egress, EgressError, parseOverrides, type EgressOptions } from '../src/index.ts';
import { makeAuthority, type Authority } from './authority.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A source on this machine that plugins know as `hosts`, by override. */
export interface Source {
  readonly authority: Authority;
  readonly port: number;
  /** What the next requests get. */
  handler: Handler;
  /** `METHOD host path` of every request so far. */
  readonly requests: string[];
  readonly connections: Socket[];
  /** An Egress with grants for all hosts of this source. */
  egress(options?: Partial<EgressOptions>): Egress;
  close(): Promise<void>;
}

export async function startSource(hosts: readonly string[]): Promise<Source> {
  const authority = await makeAuthority();
  const connections: Socket[] = [];
  const requests: string[] = [];
  const open: Egress[] = [];
  const server = https.createServer(await authority.issue(hosts), (request, response) => {
    requests.push(`${request.method ?? ''} ${request.headers.host ?? ''} ${request.url ?? ''}`);
    source.handler(request, response);
  });
  server.on('secureConnection', (socket) => connections.push(socket));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const overrides = Object.fromEntries(
    hosts.map((host) => [`${host}:443`, { address: '127.0.0.1', port, ca: authority.ca }]),
  );
  const source: Source = {
    authority,
    port,
    handler: (_request, response) => response.end('ok'),
    requests,
    connections,
    egress: (options = {}) => {
      const egress = new Egress({
        grants: parseGrants(hosts.map((host) => `network:outbound:${host}`)),
        overrides: parseOverrides(JSON.stringify(overrides)),
        ...options,
      });
      open.push(egress);
      return egress;
    },
    close: async () => {
      open.forEach((egress) => egress.close());
      server.closeAllConnections();
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
  return source;
}

/** The reason of the EgressError that ends the work; anything else fails the test. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EgressError) return error.reason;
    throw error;
  }
  throw new Error('the request was answered');
}

/** Waits until the server sees the connection closed. */
export function closed(socket: Socket | undefined): Promise<void> {
  if (socket === undefined) throw new Error('there was no connection');
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

export const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);
