import {
  HttpError,
  withRetry,
  type FileDescription,
  type FileHandle,
  type HostContext,
  type HttpResponse,
} from '@made-open/plugin-sdk';
import { GraphError, ResyncNeeded } from './graph-error.ts';
import { field, isObject, list, text, type Json } from '../json.ts';

export const graphRoot = 'https://graph.microsoft.com/v1.0';

/** A page of a collection. */
export interface Page {
  readonly rows: readonly Json[];
  readonly nextLink: string | undefined;
  readonly deltaLink: string | undefined;
}

/** Codes of a delta token that Microsoft no longer knows; most come with 410. */
const lostState = new Set(['resyncrequired', 'syncstatenotfound', 'syncstateinvalid']);
/** Tried one after another when an answer is too large. */
const smallerPages = [10, 1] as const;

/** Asks Microsoft Graph, waits when it says so, and says plainly what it refuses. */
export class GraphClient {
  readonly #http: HostContext['http'];
  readonly #accessToken: string;

  constructor(context: Pick<HostContext, 'http'>, accessToken: string) {
    this.#http = context.http;
    this.#accessToken = accessToken;
  }

  /** One page; `pageSize` is a wish that the service may not grant. */
  async page(url: string, pageSize: number): Promise<Page> {
    for (const size of [pageSize, ...smallerPages]) {
      try {
        return await this.#page(url, size);
      } catch (error) {
        if (text(error, 'code') !== 'egress.response_too_large' || size === 1) throw error;
      }
    }
    throw new RangeError('a page has at least one row');
  }

  /** Every row of a collection that has no delta query of its own. */
  async all(path: string): Promise<Json[]> {
    const rows: Json[] = [];
    let url: string | undefined = `${graphRoot}${path}`;
    while (url !== undefined) {
      const page: Page = await this.page(url, 100);
      rows.push(...page.rows);
      url = page.nextLink;
    }
    return rows;
  }

  /** One resource; undefined when it is not there. */
  async find(path: string): Promise<Json | undefined> {
    try {
      const body = await this.#get(`${graphRoot}${path}`);
      return isObject(body) ? body : undefined;
    } catch (error) {
      if (error instanceof GraphError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Asks once for a change; undefined when what it is about is not there. `about` names whose permission it takes. */
  async change(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    { body, about }: { body?: object; about?: string } = {},
  ): Promise<Json | undefined> {
    const url = `${graphRoot}${path}`;
    const headers = { Authorization: `Bearer ${this.#accessToken}` };
    try {
      const answer = await this.#http.request({ method, url, headers, body });
      if (answer.status < 200 || answer.status >= 300) throw refusalOf(answer);
      return isObject(answer.body) ? answer.body : {};
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.status === 404) return undefined;
      throw explained(error, { method, url, about });
    }
  }

  /** Keeps the content behind a path as a file, without reading it; undefined when there is none. */
  async keep(path: string, file: FileDescription): Promise<FileHandle | undefined> {
    const url = `${graphRoot}${path}`;
    try {
      const { kept, refusal } = await withRetry(() => this.#keepOnce(url, file));
      if (refusal !== undefined) throw refusal;
      return kept;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.status === 404) return undefined;
      throw explained(error, { url });
    }
  }

  /** What is too large stays so: it is not sent again and again. */
  async #keepOnce(
    url: string,
    file: FileDescription,
  ): Promise<{ kept?: FileHandle | undefined; refusal?: Error }> {
    try {
      return { kept: await this.#keep(url, file) };
    } catch (error) {
      if (isFinal(error)) return { refusal: error };
      throw error;
    }
  }

  async #keep(url: string, saveAs: FileDescription): Promise<FileHandle | undefined> {
    const headers = { Authorization: `Bearer ${this.#accessToken}` };
    const answer = await this.#http.request({ url, headers, saveAs });
    if (answer.status >= 200 && answer.status < 300) return answer.file;
    throw refusalOf(answer);
  }

  async #page(url: string, size: number): Promise<Page> {
    const body = await this.#get(url, `, odata.maxpagesize=${String(size)}`);
    const rows = field(body, 'value');
    if (!Array.isArray(rows))
      throw new Error(`Microsoft Graph answered without a list to GET ${pathOf(url)}`);
    return {
      rows: list(body, 'value').filter(isObject),
      nextLink: text(body, '@odata.nextLink'),
      deltaLink: text(body, '@odata.deltaLink'),
    };
  }

  async #get(url: string, prefer = ''): Promise<unknown> {
    try {
      return await withRetry(() =>
        this.#http.get(url, {
          Authorization: `Bearer ${this.#accessToken}`,
          Prefer: `outlook.body-content-type="text", outlook.timezone="UTC"${prefer}`,
        }),
      );
    } catch (error) {
      throw error instanceof HttpError ? explained(error, { url }) : error;
    }
  }
}

function isFinal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = text(error, 'code') ?? '';
  return code === 'egress.response_too_large' || code.startsWith('files.');
}

function refusalOf({ status, headers, body }: HttpResponse): HttpError {
  return new HttpError({
    status,
    headers,
    retryAfterMs: waitOf(headers['retry-after']),
    body: JSON.stringify(body) ?? '',
  });
}

/** `Retry-After` of Graph: seconds. */
function waitOf(seconds: string | undefined): number | undefined {
  return seconds !== undefined && /^\d{1,6}$/u.test(seconds) ? Number(seconds) * 1000 : undefined;
}

interface Asked {
  readonly method?: string;
  readonly url: string;
  readonly about?: string | undefined;
}

function explained(error: HttpError, { method = 'GET', url, about = url }: Asked): Error {
  const { status, retryAfterMs } = error;
  const { code, message } = reasonOf(error);
  const isLost = status === 410 || lostState.has(code.toLowerCase());
  if (isLost) return new ResyncNeeded(`${code}: ${message}`);
  const said = `Microsoft Graph answered ${String(status)} to ${method} ${pathOf(url)} (${code}: ${message})`;
  return new GraphError(`${said}${adviceFor(status, about)}`, {
    status,
    retryAfterMs,
    graphCode: code,
  });
}

/** `{ error: { code, message, innerError } }`; anything else comes from a proxy on the way. */
function reasonOf({ body }: HttpError): { code: string; message: string } {
  try {
    const error = field(JSON.parse(body), 'error');
    return {
      code: text(error, 'code') ?? 'unknown',
      message: text(error, 'message') ?? 'no message',
    };
  } catch {
    return { code: 'unknown', message: 'no message of Microsoft Graph' };
  }
}

function adviceFor(status: number, url: string): string {
  if (status === 401)
    return '. The access token is missing, expired or revoked: connect the account again, or put a fresh accessToken into the config of the connection';
  if (status === 403) {
    const { permission, part } = neededFor(pathOf(url));
    return `. The access token lacks ${permission}: consent to it, or leave "${part}" out of the config field "sync"`;
  }
  if (status === 404 && pathOf(url).startsWith('/me/drive'))
    return '. The account has no OneDrive: leave "files" out of the config field "sync"';
  return '';
}

function neededFor(path: string): { permission: string; part: string } {
  if (path.startsWith('/me/contact')) return { permission: 'Contacts.Read', part: 'contacts' };
  if (path.startsWith('/me/calendar') || path.startsWith('/me/events'))
    return { permission: 'Calendars.Read', part: 'calendar' };
  if (path.startsWith('/me/drive')) return { permission: 'Files.Read', part: 'files' };
  return { permission: 'Mail.Read', part: 'mail' };
}

/** Without host and query, whose tokens help nobody, and without most of an id. */
function pathOf(url: string): string {
  const path = (url.split('?')[0] ?? '').replace(graphRoot, '');
  return path
    .split('/')
    .map((segment) => (segment.length > 24 ? `${segment.slice(0, 12)}…` : segment))
    .join('/');
}
