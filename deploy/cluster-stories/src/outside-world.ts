import { ContactsServer, graphHost, GraphServer, sampleHost } from '@made-open/sample';
import type { InstalledPlatform } from './installed-platform.ts';
import { OutsideHost } from './outside-host.ts';

export const contactsKey = 'sample-key-1234567';

/** Outside services on this machine, at an address that pods take for the outside world. */
export class OutsideWorld {
  readonly graph: GraphServer;
  readonly contacts: ContactsServer;
  readonly #hosts: OutsideHost[] = [];

  private constructor(graph: GraphServer, contacts: ContactsServer) {
    this.graph = graph;
    this.contacts = contacts;
  }

  static async start(): Promise<OutsideWorld> {
    const options = { apiKey: contactsKey, contacts: [], pageSize: 50 };
    return new OutsideWorld(await GraphServer.start(), await ContactsServer.start(options));
  }

  /** Values that lead the platform to it. */
  async openTo({ cluster }: InstalledPlatform): Promise<object> {
    const { outside: address } = cluster.addresses;
    const egressOverrides: Record<string, object> = {};
    for (const [name, { port, identity }] of [
      [graphHost, this.graph],
      [sampleHost, this.contacts],
    ] as const) {
      const host = await OutsideHost.open(address, port);
      this.#hosts.push(host);
      egressOverrides[`${name}:443`] = { address, port: host.port, ca: identity.ca };
    }
    return { egressOverrides };
  }

  async stop(): Promise<void> {
    for (const host of this.#hosts) host.close();
    await Promise.all([this.graph.stop(), this.contacts.stop()]);
  }
}
