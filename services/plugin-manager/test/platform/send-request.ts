import { request, type RequestOptions } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly isJson: boolean;
}

export interface Ask {
  /** Empty: none is sent. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Address of this machine that it comes from: wrong keys are counted by it. */
  readonly from?: string;
}

interface Sent extends Ask {
  readonly method: string;
  readonly path: string;
}

/** One request as a client of the admin API makes it. */
export async function sendRequest(url: string, sent: Sent): Promise<Answer> {
  const { method, path, key = '', headers = {}, from = '127.0.0.1' } = sent;
  const { content, type } = await encode(sent.body);
  const answer = await exchange(url, content, {
    method,
    path,
    localAddress: from,
    headers: {
      ...(key === '' ? {} : { Authorization: `Bearer ${key}` }),
      ...type,
      ...headers,
    },
  });
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const body = (isJson ? JSON.parse(answer.text) : {}) as Record<string, unknown>;
  return { ...answer, isJson, body };
}

function exchange(
  url: string,
  body: Buffer,
  options: RequestOptions,
): Promise<Omit<Answer, 'body' | 'isJson'>> {
  return new Promise((resolve, reject) => {
    const sending = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

async function encode(body: unknown): Promise<{ content: Buffer; type: Record<string, string> }> {
  if (body === undefined) return { content: Buffer.alloc(0), type: {} };
  if (!(body instanceof FormData))
    return {
      content: Buffer.from(JSON.stringify(body)),
      type: { 'Content-Type': 'application/json' },
    };
  const form = new Response(body);
  return {
    content: Buffer.from(await form.arrayBuffer()),
    type: { 'Content-Type': form.headers.get('content-type') ?? '' },
  };
}

/** A push as `curl -F` makes it. */
export function pushForm(manifest: string, sources: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  form.append('manifest', new Blob([manifest], { type: 'application/json' }), 'plugin.json');
  for (const [path, source] of Object.entries(sources))
    form.append('source', new Blob([source]), path);
  return form;
}
