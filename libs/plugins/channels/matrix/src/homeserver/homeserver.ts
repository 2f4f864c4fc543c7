import { HttpError, type HostContext, type HttpRequest } from '@made-open/plugin-sdk';
import type { Config } from '../config.ts';
import { text } from '../json.ts';
import { MatrixError } from './matrix-error.ts';

const root = '/_matrix/client/v3';

/** The client-server API of one account's homeserver. */
export class Homeserver {
  readonly #context: HostContext;
  readonly #config: Config;

  constructor(context: HostContext, config: Config) {
    this.#context = context;
    this.#config = config;
  }

  get(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return this.#ask({ url: this.url(`${root}${path}`, query) });
  }

  put(path: string, body: unknown): Promise<unknown> {
    return this.#ask({ url: this.url(`${root}${path}`), method: 'PUT', body });
  }

  post(path: string, body: unknown): Promise<unknown> {
    return this.#ask({ url: this.url(`${root}${path}`), method: 'POST', body });
  }

  /** Gives a stored file to the media repository; resolves to its `mxc://` address. */
  async upload(fileId: string, about: { name: string; contentType: string }): Promise<string> {
    const answer = await this.#ask({
      url: this.url('/_matrix/media/v3/upload', { filename: about.name }),
      method: 'POST',
      bodyFile: fileId,
      headers: { 'Content-Type': about.contentType },
    });
    const uri = text(answer, 'content_uri');
    if (uri === undefined) throw new MatrixError(200, 'M_UNKNOWN', 'no content_uri was answered');
    return uri;
  }

  /** Keeps what a media address holds; undefined when the homeserver does not give it. */
  async download(uri: string, about: { name: string; contentType: string | undefined }) {
    const [, server, media] = /^mxc:\/\/([^/]+)\/([^/]+)$/u.exec(uri) ?? [];
    if (server === undefined || media === undefined) return undefined;
    const { name, contentType } = about;
    const { file } = await this.#context.http.request({
      url: this.url(`/_matrix/client/v1/media/download/${part(server)}/${part(media)}`),
      headers: this.#headers(),
      saveAs: { name, contentType },
    });
    return file;
  }

  url(path: string, query: Readonly<Record<string, string>> = {}): string {
    const search = Object.entries(query)
      .map(([name, value]) => `${name}=${part(value)}`)
      .join('&');
    return `${this.#config.homeserver}${path}${search === '' ? '' : `?${search}`}`;
  }

  async #ask(request: HttpRequest): Promise<unknown> {
    const headers = { ...request.headers, ...this.#headers() };
    const answer = await this.#context.http.request({ ...request, headers });
    const { status, body } = answer;
    if (status >= 200 && status < 300) return body;
    const code = text(body, 'errcode') ?? 'M_UNKNOWN';
    if (status === 429 || status === 503)
      throw new HttpError({
        status,
        headers: answer.headers,
        retryAfterMs: waitOf(answer.headers['retry-after'], body),
        body: code,
      });
    throw new MatrixError(status, code, text(body, 'error') ?? 'no reason was given');
  }

  #headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.#config.accessToken}` };
  }
}

/** A part of a path; ids of Matrix hold `!`, `$`, `:` and `/`. */
export function part(value: string): string {
  return encodeURIComponent(value);
}

/** The header since version 1.10 of the API, before it a field in milliseconds. */
function waitOf(header: string | undefined, body: unknown): number | undefined {
  const seconds = Number(header);
  if (header !== undefined && Number.isFinite(seconds)) return seconds * 1000;
  const ms = Number(
    typeof body === 'object' && body !== null ? Reflect.get(body, 'retry_after_ms') : undefined,
  );
  return Number.isFinite(ms) ? ms : undefined;
}
