import { lookup } from 'node:dns/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { addressFault } from '@made-open/egress';
import { tunnelTarget } from './tunnel-target.ts';

export interface ConnectProxyOptions {
  /** Ports of the world that tunnels may go to. */
  readonly ports: readonly number[];
  readonly mostTunnels?: number;
  /** Until a connection is there. */
  readonly openWithinMs?: number;
  /** Without a byte in either direction. */
  readonly idleMs?: number;
  /** Tells of tunnels that were refused. */
  readonly note?: (text: string) => void;
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Opens a connection to an address that was judged; node:net unless given. */
  readonly open?: (address: string, port: number) => Socket;
}

/** Why there is no tunnel, as a status of HTTP. */
interface Refusal {
  readonly status: 400 | 403 | 502 | 503 | 504;
  readonly reason: string;
}

const reasons = {
  400: 'Bad Request',
  403: 'Forbidden',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/**
 * An HTTP proxy that opens tunnels into the world and to no address inside. It resolves a name once, judges every address,
 * and connects to one that it has judged.
 */
export class ConnectProxy {
  readonly #options: Required<ConnectProxyOptions>;
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  #tunnels = 0;

  constructor(options: ConnectProxyOptions) {
    this.#options = {
      mostTunnels: 2000,
      openWithinMs: 10_000,
      idleMs: 120_000,
      note: () => undefined,
      resolve: resolveAll,
      open: (host, port) => connect({ host, port }),
      ...options,
    };
    this.#server = http.createServer({ maxHeaderSize: 8192 }, answer);
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('connect', (request, socket: Socket, head: Buffer) => {
      void this.#tunnel(request, socket, head);
    });
  }

  /** Resolves to its port. */
  async listen(port: number, host?: string): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, host, resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Opens no more, leaves tunnels time to end by themselves, and less to those through which nothing comes. */
  async close(withinMs = 0): Promise<void> {
    const closed = new Promise<unknown>((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.setTimeout(withinMs / 2);
    const late = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, withinMs);
    await closed;
    clearTimeout(late);
  }

  async #tunnel({ url = '' }: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    client.on('error', () => client.destroy());
    this.#tunnels++;
    client.once('close', () => this.#tunnels--);
    const upstream = await this.#open(url);
    if ('status' in upstream) {
      this.#options.note(`no tunnel to ${url.slice(0, 300)}: ${upstream.reason}`);
      client.end(`HTTP/1.1 ${String(upstream.status)} ${reasons[upstream.status]}\r\n\r\n`);
      client.destroySoon();
      return;
    }
    if (client.destroyed) return void upstream.destroy();
    this.#join(client, upstream, head);
  }

  #join(client: Socket, upstream: Socket, head: Buffer): void {
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.setTimeout(this.#options.idleMs, end);
      socket.once('error', end);
      socket.once('close', end);
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    client.pipe(upstream).pipe(client);
  }

  async #open(text: string): Promise<Socket | Refusal> {
    if (this.#tunnels > this.#options.mostTunnels)
      return { status: 503, reason: 'there are too many' };
    const target = tunnelTarget(text);
    if (target === undefined) return { status: 400, reason: 'it is no host and port' };
    const { host, port } = target;
    if (!this.#options.ports.includes(port))
      return { status: 403, reason: 'the port is not among those that are open' };
    const addresses = await this.#addresses(host);
    if (addresses.length === 0) return { status: 502, reason: 'the name has no address' };
    const fault = addresses.map(addressFault).find((found) => found !== undefined);
    if (fault !== undefined) return { status: 403, reason: `its address is inside (${fault})` };
    let refusal: Refusal = { status: 502, reason: 'it is not reached' };
    for (const address of addresses) {
      const opened = await this.#connect(address, port);
      if (!('status' in opened)) return opened;
      refusal = opened;
    }
    return refusal;
  }

  async #addresses(host: string): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host];
    try {
      return await this.#options.resolve(host);
    } catch {
      return [];
    }
  }

  #connect(address: string, port: number): Promise<Socket | Refusal> {
    return new Promise((resolve) => {
      const socket = this.#keep(this.#options.open(address, port));
      const give = (refusal: Refusal) => (): void => {
        socket.destroy();
        resolve(refusal);
      };
      socket.setTimeout(this.#options.openWithinMs, give({ status: 504, reason: 'no answer' }));
      socket.on('error', give({ status: 502, reason: 'it is not reached' }));
      socket.once('connect', () => {
        socket.removeAllListeners('timeout');
        resolve(socket);
      });
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.once('close', () => this.#sockets.delete(socket));
  }
}

function answer({ method, url }: IncomingMessage, response: ServerResponse): void {
  if (method === 'GET' && url === '/health/live') response.end('ok\n');
  else response.writeHead(405, { allow: 'CONNECT' }).end();
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
