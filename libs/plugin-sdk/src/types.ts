/** What a plugin is given; nothing else of the platform is reachable. */
export interface PluginContext {
  /** The config of the connection, as its configSchema describes it. */
  readonly config: Record<string, unknown>;
  readonly logger: PluginLogger;
  /** Emits an event; needs `event:publish:<subject>`. */
  emitEvent(subject: string, payload: unknown): Promise<void>;
  readonly data: PluginData;
  readonly http: PluginHttp;
}

/** Log of the run; lines are kept with it. */
export interface PluginLogger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Unified entities; needs `data:read:<table>`. */
export interface PluginData {
  query(table: string, query?: DataQuery): Promise<unknown[]>;
  getById(table: string, id: string): Promise<unknown>;
}

/** Equality by field; at most 500 entities, 100 unless given. */
export interface DataQuery {
  readonly where?: Record<string, unknown> | undefined;
  readonly orderBy?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** HTTP to hosts of the manifest. Resolves to the parsed body; other than 2xx rejects with HttpError. */
export interface PluginHttp {
  get(url: string, headers?: Record<string, string>): Promise<unknown>;
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<unknown>;
}

/** What the platform gives beyond the basic context; `sync(context: HostContext)` is accepted as well. */
export interface HostContext extends PluginContext {
  readonly http: HostHttp;
  readonly data: HostData;
  readonly checkpoint: PluginCheckpoint;
  readonly files: PluginFiles;
  readonly crypto: PluginCrypto;
  /** What a webhook has brought; absent in any other call. */
  readonly webhook?: WebhookDelivery | undefined;
  /** Aborted when the run is stopped. */
  readonly signal: PluginSignal;
}

/** One delivery of a webhook, whose sender was verified. */
export interface WebhookDelivery {
  /** The same when it is tried again. */
  readonly id: string;
  /** As the manifest calls the webhook; empty for the bare path. */
  readonly name: string;
  /** Names in lower case, without what proves the sender. */
  readonly headers: Record<string, string>;
  readonly query: Record<string, string>;
  /** RFC 3339. */
  readonly receivedAt: string;
}

/** Unified entities, page by page. */
export interface HostData extends PluginData {
  query(table: string, query?: DataQuery): Promise<EntityPage>;
}

/** Entities, and the `cursor` of a query for the next ones: undefined on the last page. A page of large entities is shorter than its limit. */
export type EntityPage = unknown[] & { readonly nextCursor: string | undefined };

/** All methods, and requests that want the whole response. */
export interface HostHttp extends PluginHttp {
  put(url: string, body?: unknown, headers?: Record<string, string>): Promise<unknown>;
  patch(url: string, body?: unknown, headers?: Record<string, string>): Promise<unknown>;
  delete(url: string, headers?: Record<string, string>): Promise<unknown>;
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** A request that wants the whole response. */
export interface HttpRequest {
  readonly url: string;
  /** GET unless given. */
  readonly method?: string | undefined;
  readonly headers?: Record<string, string> | undefined;
  /** Text, `URLSearchParams` and `Uint8Array` go out as they are, anything else as JSON. */
  readonly body?: unknown;
  /**
   * Sends a file as the body, without bringing it into the sandbox: the `file_id` of one that the connection has saved, or of
   * an attachment of the message that is to be sent; 25 MiB at most.
   */
  readonly bodyFile?: string | undefined;
  /** Sends a form with files (RFC 7578) instead of a body; files by their id as of `bodyFile`. */
  readonly multipart?: readonly MultipartPart[] | undefined;
  /** Sends these one after the other as the body, files in base64 for example within JSON. */
  readonly bodyPieces?: readonly (string | { readonly fileBase64: string })[] | undefined;
  readonly responseType?: 'bytes' | undefined;
  /** For the whole exchange, redirects included; 120,000 at most, 30,000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** Of the answer when it is decompressed; 10 MiB at most. */
  readonly maxResponseBytes?: number | undefined;
  /** So many are followed, to hosts of the grants; the next ends with `egress.redirect_refused`. Five unless given. */
  readonly maxRedirects?: number | undefined;
  /**
   * Keeps the body of a 2xx answer as a file, without bringing it into the sandbox. The name is that of
   * `Content-Disposition` or the last part of the URL, the content type that of the answer, unless given.
   */
  readonly saveAs?: FileDescription | undefined;
}

/** One part of a form: a text, or a file. */
export interface MultipartPart {
  readonly name: string;
  readonly value?: string | undefined;
  readonly file?: string | undefined;
  /** Of a file; that of the stored file unless given. */
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
}

/** Any status is an answer. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  /** The value of a JSON body, the text of another one, a `Uint8Array` when bytes were asked for; null when empty. */
  readonly body: unknown;
  /** What `saveAs` has kept; then the body is null. Absent when the status is not 2xx. */
  readonly file?: FileHandle | undefined;
}

/** Files beside items: 25 MiB each unless the operator has set another limit. */
export interface PluginFiles {
  /**
   * Keeps a file. An item names it by `file_id`: as `photo_file_id` of a person, in `attachments` of a message, which takes
   * the whole handle, or as `file_id` of a document. One that no item of the connection names is removed after a day.
   */
  save(file: FileToSave): Promise<FileHandle>;
}

/** What a file is called, and what it holds. */
export interface FileDescription {
  readonly name?: string | undefined;
  /** `image/jpeg` for example. */
  readonly contentType?: string | undefined;
}

/** A file that the plugin has made itself. */
export interface FileToSave extends FileDescription {
  readonly name: string;
  /** Text is kept as UTF-8. */
  readonly body: string | Uint8Array;
}

/** A stored file, in the form of an attachment. */
export interface FileHandle {
  /** SHA-256 of the content, hexadecimal: the same content has the same one. */
  readonly file_id: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size_bytes: number;
}

/** What signatures and ids need; results in hexadecimal. */
export interface PluginCrypto {
  randomUUID(): string;
  sha256(text: string): string;
  hmacSha256(key: string, text: string): string;
}

/** As much of an AbortSignal as plugins need, without the types of a browser. */
export interface PluginSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** State that the next run begins from; saved behind the items yielded before it. */
export interface PluginCheckpoint {
  get(): Promise<unknown>;
  save(state: unknown): Promise<void>;
  /**
   * Forgets the state, when the source no longer knows it: yield everything from here on. The run then counts as one
   * that began from nothing, and what it did not yield is removed at its end.
   */
  reset(): Promise<void>;
}
