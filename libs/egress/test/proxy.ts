import { once } from 'node:events';
import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy on this machine that opens every tunnel to one port of it, or answers with a status, or with nothing. */
export interface Proxy {
  readonly url: string;
  /** `host:port` of every tunnel that was asked for. */
  readonly asked: string[];
  /** Of the next tunnels, by what is asked for; 200 opens them, 0 leaves them waiting. */
  statusOf: (target: string) => number;
  /** Resolves when nobody is connected to it. */
  isLeft(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ url = '' }, socket) => {
    proxy.asked.push(url);
    const status = proxy.statusOf(url);
    if (status === 0) return socket.on('end', () => socket.end()).resume();
    if (status !== 200) return socket.end(`HTTP/1.1 ${String(status)} No\r\n\r\nof the proxy`);
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
    return socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const proxy: Proxy = {
    url: `http://127.0.0.1:${String(address.port)}`,
    asked: [],
    statusOf: () => 200,
    isLeft: async () => {
      for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
