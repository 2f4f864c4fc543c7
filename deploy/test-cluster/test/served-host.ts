import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { CertificateAuthority, type TestCluster } from '../src/index.ts';

const host = 'tried.test';
const namespace = 'tried';
const attempts = 600;

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of the host, as a service of the cluster that an Ingress serves by a name with TLS. */
export class ServedHost {
  readonly #cluster: TestCluster;
  readonly #server: Server;
  readonly #authority: string;

  private constructor(cluster: TestCluster, server: Server, authority: string) {
    this.#cluster = cluster;
    this.#server = server;
    this.#authority = authority;
  }

  static async open(cluster: TestCluster, answer: Answer): Promise<ServedHost> {
    const server = createServer(answer).listen(0, cluster.addresses.host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue({ name: host, dnsNames: [host] });
    const objects = [
      ...service(cluster.addresses.host, address.port),
      tlsSecret(certificate, key),
      ingress(),
    ];
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    await cluster.kubectl(['apply', '--filename=-'], JSON.stringify(list));
    return new ServedHost(cluster, server, authority.certificate);
  }

  /** The answer as soon as its head is here; asked again until the node knows the name and leads to the service. */
  async ask(headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#askOnce(headers).catch((error: unknown) => String(error));
      const isServed = typeof answer !== 'string' && answer.statusCode === 200;
      if (isServed) return answer;
      const how = typeof answer === 'string' ? answer : String(answer.statusCode);
      if (attempt === attempts) throw new Error(`${host} is not served: ${how}`);
      if (typeof answer !== 'string') answer.resume();
      await sleep(100);
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #askOnce(headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const asked = request({
        host: this.#cluster.addresses.node,
        servername: host,
        ca: this.#authority,
        agent: false,
        headers: { host, ...headers },
      });
      asked.once('response', resolve).once('error', reject).end();
    });
  }
}

function service(address: string, port: number): object[] {
  const ports = [{ name: 'http', port: 80, targetPort: port }];
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'host', namespace }, spec: { ports } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'host-1', namespace, labels: { 'kubernetes.io/service-name': 'host' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port }],
      endpoints: [{ addresses: [address] }],
    },
  ];
}

function tlsSecret(certificate: string, key: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'host-tls', namespace },
    stringData: { 'tls.crt': certificate, 'tls.key': key },
  };
}

function ingress(): object {
  const backend = { service: { name: 'host', port: { name: 'http' } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'host', namespace },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: [host], secretName: 'host-tls' }],
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}
