import { Agent, request } from 'node:https';

export interface IngressAnswer {
  readonly status: number;
  readonly body: string;
}

export interface IngressRequest {
  readonly method?: string;
  readonly key?: string;
  readonly body?: string;
}

/** Asks by name what an ingress controller serves at an address, with TLS and no certificate but the given ones. */
export class IngressClient {
  readonly #address: string;
  readonly #agent: Agent;

  constructor(address: string, certificates: readonly string[]) {
    this.#address = address;
    this.#agent = new Agent({ keepAlive: true, ca: [...certificates] });
  }

  /** `url` names the host, whose address nobody looks up. */
  ask(url: string, { method = 'GET', key, body }: IngressRequest = {}): Promise<IngressAnswer> {
    const { hostname, pathname, search } = new URL(url);
    const headers: Record<string, string> = { host: hostname };
    if (key !== undefined) headers['authorization'] = `Bearer ${key}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          agent: this.#agent,
          host: this.#address,
          servername: hostname,
          path: `${pathname}${search}`,
          method,
          headers,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.once('error', reject);
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        },
      );
      asked.once('error', reject);
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
