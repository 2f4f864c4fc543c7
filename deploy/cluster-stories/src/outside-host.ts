import { connect, createServer, type Server } from 'node:net';

/** Makes a server of the loopback address reachable for a cluster, as a host of the outside world would be. */
export class OutsideHost {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(address: string, port: number): Promise<OutsideHost> {
    const server = createServer((from) => {
      const to = connect(port, '127.0.0.1');
      from.pipe(to).pipe(from);
      from.on('error', () => to.destroy());
      to.on('error', () => from.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, resolve);
    });
    return new OutsideHost(server);
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('it does not listen');
    return address.port;
  }

  close(): void {
    this.#server.close();
  }
}
