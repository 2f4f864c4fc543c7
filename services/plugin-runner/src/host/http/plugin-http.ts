import type { EgressResponse } from '@made-open/egress';
import { FileNotFoundError, InvalidFileError } from '../../errors.ts';
import type { FileHandle, KeptFile } from '../files/platform-files.ts';
import type { PluginFiles } from '../files/plugin-files.ts';
import type { LiveToken } from '../secrets/live-token.ts';
import {
  assembleContent,
  holdsFiles,
  orRequestFault,
  type AssembledContent,
  type ReadFile,
} from './assemble-content.ts';
import type { ManifestAuth } from '../credentials/manifest-auth.ts';
import type { OutwardRequest } from './effect-guard.ts';
import type { RequestBudget } from './request-budget.ts';
import { readRequest, type WantedRequest } from './wanted-request.ts';
import { Gate } from '../gate.ts';
import type { CallAnswer } from '../open-calls.ts';

const concurrentCalls = 8;
const queuedCalls = 64;
const errorBodyBytes = 8192;

/** `context.http` on the host's side. The body of an answer goes through unread: only the sandbox parses it. */
export class PluginHttp {
  readonly #egress: Outward;
  readonly #signal: AbortSignal;
  readonly #gate: Gate;
  /** Of requests with a file as their body, each of which is held whole. */
  readonly #bodies: Gate;
  readonly #token: LiveToken | undefined;
  readonly #budget: Pick<RequestBudget, 'take'> | undefined;
  readonly #files: PluginFiles | undefined;
  readonly #auth: ManifestAuth | undefined;
  calls = 0;

  constructor(egress: Outward, signal: AbortSignal, way: Way = {}) {
    this.#token = way.token;
    this.#budget = way.budget;
    this.#files = way.files;
    this.#auth = way.auth;
    this.#egress = egress;
    this.#signal = signal;
    this.#gate = new Gate(concurrentCalls, queuedCalls, signal);
    this.#bodies = new Gate(1, concurrentCalls, signal);
  }

  /** Arguments are read when their turn comes: a body that waits is held once. */
  call(read: () => Readonly<Record<string, unknown>>): Promise<CallAnswer> {
    return this.#gate.through(async () => {
      this.calls++;
      const wanted = readRequest(read());
      const turn = (): Promise<CallAnswer> => this.#turn(wanted);
      return holdsFiles(wanted.content) ? this.#bodies.through(turn) : turn();
    });
  }

  async #turn(wanted: WantedRequest): Promise<CallAnswer> {
    const auth = this.#auth;
    const request = await this.#assembled(auth?.dressed(wanted) ?? wanted);
    const { saveAs, wantsBytes } = wanted;
    const send = (whole: Request): Promise<EgressResponse> =>
      auth === undefined
        ? this.#send(whole)
        : auth.send(whole, wanted, (proven) => this.#send(proven));
    if (saveAs !== undefined) return this.#saved(request, saveAs, send);
    return answer(await send(request), { wantsBytes });
  }

  async #assembled({ content, maxRequestBytes, ...wanted }: WantedRequest): Promise<Request> {
    const read: ReadFile = (fileId) => this.#file(fileId);
    const isPlain = content.kind === 'file' && this.#auth === undefined;
    const reader = isPlain ? read : orRequestFault(read);
    const assembled = await assembleContent(content, reader, maxRequestBytes);
    const { url, method, bounds } = wanted;
    const headers = headersOf(wanted.headers, assembled);
    return { url, method, headers, body: assembled.body, ...bounds };
  }

  #file(fileId: string): Promise<KeptFile> {
    if (this.#files === undefined) throw new FileNotFoundError();
    return this.#files.read(fileId);
  }

  /** The body of a good answer goes past the sandbox, part by part as it comes. */
  async #saved(
    wanted: Request,
    saveAs: object,
    send: (whole: Request) => Promise<EgressResponse>,
  ): Promise<CallAnswer> {
    const files = this.#files;
    if (files === undefined) throw new InvalidFileError();
    const upload = files.begin();
    const pass = (part: Uint8Array): Promise<void> => upload.write(part);
    const response = await send({ ...wanted, pass }).catch(async (error: unknown) => {
      await upload.abandon();
      throw upload.failure ?? error;
    });
    if (!isGood(response)) return answer(response, {});
    return answer(response, { file: await files.end(upload, saveAs, response) });
  }

  /** Once more, with a fresh access token, when the source refuses the one that the wallet gave. */
  async #send(wanted: OutwardRequest): Promise<EgressResponse> {
    const signal = this.#signal;
    const token = this.#token;
    const headers = token?.dress(wanted.headers);
    if (token === undefined || headers === undefined) return this.#request({ ...wanted, signal });
    const { revision } = token;
    const response = await this.#request({ ...wanted, headers, signal });
    if (response.status !== 401 || !(await token.replace(revision))) return response;
    return this.#request({ ...wanted, headers: token.dress(wanted.headers), signal });
  }

  /** What the budget has nothing left for is answered as a source would that counts by itself. */
  async #request(wanted: OutwardRequest): Promise<EgressResponse> {
    const waitMs = (await this.#budget?.take()) ?? 0;
    return waitMs === 0 ? this.#egress.request(wanted) : overBudget(wanted.url, waitMs);
  }
}

/** What requests go through: egress, or a guard before it. */
interface Outward {
  request(request: OutwardRequest): Promise<EgressResponse>;
}

/** What a request passes on its way out. */
interface Way {
  readonly token?: LiveToken | undefined;
  readonly budget?: Pick<RequestBudget, 'take'> | undefined;
  /** Where bodies go that are saved. */
  readonly files?: PluginFiles | undefined;
  /** Of an HTTP manifest, whose sandbox has no credentials. */
  readonly auth?: ManifestAuth | undefined;
}

function overBudget(url: unknown, waitMs: number): EgressResponse {
  const seconds = Math.ceil(waitMs / 1000);
  const code = 'platform.request_budget';
  const message = `the request was not sent: the requests of the connection are used up for ${String(seconds)} s`;
  const headers = { 'content-type': 'application/json', 'retry-after': String(seconds) };
  const body = Buffer.from(JSON.stringify({ code, message }));
  return { status: 429, headers, body, url: String(url) };
}

type Request = Omit<OutwardRequest, 'signal' | 'redirect' | 'onSending'>;

/** The plugin's own before what the content says; no other boundary than that of the form. */
function headersOf(
  given: Readonly<Record<string, unknown>>,
  { contentType, isOwnType = false }: AssembledContent,
): Record<string, unknown> {
  const own = Object.entries(given).filter(
    ([name]) => !isOwnType || name.toLowerCase() !== 'content-type',
  );
  const type = contentType === undefined ? {} : { 'content-type': contentType };
  return withDefaults(Object.fromEntries(own), { accept: 'application/json', ...type });
}

function withDefaults(
  given: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !names.has(name));
  return { ...given, ...Object.fromEntries(missing) };
}

function isGood({ status }: EgressResponse): boolean {
  return status >= 200 && status < 300;
}

function answer(
  response: EgressResponse,
  { wantsBytes = false, file }: { wantsBytes?: boolean; file?: FileHandle },
): CallAnswer {
  const { status, headers, body } = response;
  const retryAfterMs = retryAfter(headers['retry-after']);
  const text = JSON.stringify({
    ok: true,
    http: {
      status,
      headers,
      isJson: isJson(headers['content-type'] ?? ''),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(file === undefined ? {} : { file }),
    },
  });
  if (wantsBytes) return { text, body: Buffer.from(base64(body)) };
  return { text, body: isGood(response) ? body : body.subarray(0, errorBodyBytes) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** `application/json`, `application/problem+json`, `text/json` (mimesniff.spec.whatwg.org, JSON MIME type). */
function isJson(contentType: string): boolean {
  return /^[\w.-]+\/([\w.-]+\+)?json\s*(;|$)/iu.test(contentType);
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in milliseconds. */
function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
