import { ChildServer, freePort, natsServerBinary } from '@made-open/local-parts';
import type { CertificateAuthority } from '@made-open/test-cluster';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const servers = 3;

interface Place {
  readonly folder: string;
  readonly client: number;
  readonly cluster: number;
  readonly monitor: number;
}

export interface NatsClusterOptions {
  /** Configuration of the chart for its own servers. */
  readonly configuration: string;
  /** What the chart's secret holds. */
  readonly identity: string;
  readonly authority: CertificateAuthority;
}

/** The servers of the chart as processes of this machine: its own configuration, at addresses of the loopback. */
export class NatsCluster {
  readonly #folder: string;
  readonly #places: readonly Place[];
  readonly #binary: string;
  readonly #running = new Map<number, ChildServer>();

  private constructor(folder: string, places: readonly Place[], binary: string) {
    this.#folder = folder;
    this.#places = places;
    this.#binary = binary;
  }

  static async start(options: NatsClusterOptions): Promise<NatsCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'made-open-nats-cluster-'));
    chmodSync(folder, 0o755);
    const places = await Promise.all(
      Array.from({ length: servers }, async (_none, index) => ({
        folder: join(folder, String(index)),
        client: await freePort(),
        cluster: await freePort(),
        monitor: await freePort(),
      })),
    );
    for (const place of places) await writePlace(place, places, options);
    writeFileSync(join(folder, 'ca.crt'), options.authority.certificate);
    const cluster = new NatsCluster(folder, places, await natsServerBinary());
    // The first is not ready without the others.
    await Promise.all(places.map((_place, index) => cluster.startServer(index)));
    return cluster;
  }

  get caFile(): string {
    return join(this.#folder, 'ca.crt');
  }

  get url(): string {
    return this.#places.map(({ client }) => `nats://127.0.0.1:${String(client)}`).join(',');
  }

  async startServer(index: number): Promise<void> {
    const place = this.#places[index];
    if (place === undefined) throw new RangeError(`no server ${String(index)}`);
    const server = await ChildServer.start({
      name: `nats-server ${String(index)}`,
      command: this.#binary,
      args: ['--config', join(place.folder, 'nats-server.conf')],
      spawn: { env: { SERVER_NAME: serverName(index) } },
      stopSignal: 'SIGTERM',
      isReady: () => isHealthy(place),
    });
    this.#running.set(index, server);
  }

  /** Ends the server of this name as a power failure does. */
  async kill(name: string): Promise<number> {
    const index = this.#places.findIndex((_place, at) => serverName(at) === name);
    const server = this.#running.get(index);
    if (server === undefined) throw new RangeError(`no server ${name}`);
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    this.#running.delete(index);
    return index;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function serverName(index: number): string {
  return `made-open-nats-${String(index)}`;
}

/** As the pod has it: the configuration, and the files of both secrets beside it. */
async function writePlace(
  place: Place,
  places: readonly Place[],
  { configuration, identity, authority }: NatsClusterOptions,
): Promise<void> {
  const { certificate, key } = await authority.issue({
    name: 'nats',
    // The client looks for this name where an address is all that it knows.
    dnsNames: ['made-open-nats', '*.made-open-nats', 'localhost'],
    addresses: ['127.0.0.1'],
  });
  mkdirSync(join(place.folder, 'tls'), { recursive: true });
  const files = {
    'identity.conf': identity,
    'tls/tls.crt': certificate,
    'tls/tls.key': key,
    'tls/ca.crt': authority.certificate,
    'nats-server.conf': atLoopback(configuration, place, places),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place.folder, name), text);
}

function atLoopback(configuration: string, place: Place, places: readonly Place[]): string {
  const changes: [string, string][] = [
    ['0.0.0.0:4222', `127.0.0.1:${String(place.client)}`],
    ['0.0.0.0:8222', `127.0.0.1:${String(place.monitor)}`],
    ['0.0.0.0:6222', `127.0.0.1:${String(place.cluster)}`],
    ...places.map(({ cluster }, index): [string, string] => [
      `${serverName(index)}.made-open-nats:6222`,
      `127.0.0.1:${String(cluster)}`,
    ]),
    ['/etc/made-open', place.folder],
    ['/data/', `${place.folder}/data/`],
  ];
  let text = configuration;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the configuration of the chart has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

async function isHealthy({ monitor }: Place): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${String(monitor)}/healthz`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
