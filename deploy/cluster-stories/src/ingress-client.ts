import { Agent, request } from 'node:https';

export interface IngressAnswer {
  readonly status: number;
  readonly body: string;
  /** Of an answer that asks to wait. */
  readonly retryAfterSeconds: number;
}

export interface IngressRequest {
  readonly method?: string;
  readonly key?: string;
  readonly body?: string | Buffer;
  /** JSON unless given. */
  readonly contentType?: string;
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
  ask(url: string, asking: IngressRequest = {}): Promise<IngressAnswer> {
    const { hostname, pathname, search } = new URL(url);
    const { method = 'GET', body } = asking;
    const headers = { host: hostname, ...headersOf(asking) };
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
          response.once('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: text,
              retryAfterSeconds: Number(response.headers['retry-after'] ?? 0),
            }),
          );
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

export function headersOf({
  key,
  body,
  contentType = 'application/json',
}: IngressRequest): Record<string, string> {
  return {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { 'content-type': contentType }),
  };
}
