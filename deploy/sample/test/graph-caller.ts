import { request } from 'node:https';
import { GraphServer, graphHost, type GraphServerOptions } from '../src/graph/graph-server.ts';
import { sampleMailbox } from '../src/graph/mailbox/sample-mailbox.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly bytes: Buffer;
  readonly body: Page;
}

type Row = Record<string, unknown> & { readonly id: string };

export interface Page {
  readonly value: readonly Row[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
  readonly error?: { code: string; message: string; innerError: Record<string, string> };
  readonly [name: string]: unknown;
}

export interface Round {
  readonly rows: Page['value'];
  readonly pages: number;
  readonly delta: string;
}

export const year = 2026;
const large = { Prefer: 'odata.maxpagesize=1000' };

/** Asks a local Graph server as a client does. */
export class GraphCaller {
  readonly server: GraphServer;
  token: string;

  private constructor(server: GraphServer) {
    this.server = server;
    this.token = server.issueToken();
  }

  static async start(options: GraphServerOptions = {}): Promise<GraphCaller> {
    return new GraphCaller(await GraphServer.start({ mailbox: sampleMailbox(year), ...options }));
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, { headers });
  }

  send(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: object } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          method,
          host: '127.0.0.1',
          port: this.server.port,
          path: path.startsWith('https:')
            ? path.slice(`https://${graphHost}`.length)
            : `/v1.0${path}`,
          servername: graphHost,
          ca: this.server.identity.ca,
          headers: { Authorization: `Bearer ${this.token}`, Host: graphHost, ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            const isJson = String(response.headers['content-type']).startsWith('application/json');
            const page = (isJson ? JSON.parse(bytes.toString('utf8')) : {}) as Page;
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              bytes,
              body: page,
            });
          });
        },
      );
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** All pages of a round. */
  async round(path: string, headers: Record<string, string> = large): Promise<Round> {
    const rows: Row[] = [];
    let next: string | undefined = path;
    let pages = 0;
    for (;;) {
      const { status, body }: Answer = await this.get(next, headers);
      expect(status).toBe(200);
      rows.push(...body.value);
      pages++;
      next = body['@odata.nextLink'];
      if (next === undefined) return { rows, pages, delta: body['@odata.deltaLink'] ?? '' };
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
