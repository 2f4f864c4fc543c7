import type { Auth } from '../http-manifest.ts';
import type { RenderedRequest } from '../render/rendered-request.ts';

/** As much of the SDK's HostContext as the interpreter uses. */
export interface RunContext {
  readonly config: Readonly<Record<string, unknown>>;
  readonly logger: {
    info(message: string, fields?: Record<string, unknown>): void;
    warn(message: string, fields?: Record<string, unknown>): void;
  };
  readonly http: { request(request: WantedRequest): Promise<GivenAnswer> };
  readonly checkpoint: {
    get(): Promise<unknown>;
    save(state: unknown): Promise<void>;
    reset(): Promise<void>;
  };
  readonly files: {
    save(file: {
      readonly name: string;
      readonly contentType?: string;
      readonly body: string | Uint8Array;
    }): Promise<FileHandle>;
  };
  emitEvent(subject: string, payload: unknown): Promise<void>;
  readonly webhook?: IncomingWebhook | undefined;
}

/** A request, and how the runner is to send it. */
export interface WantedRequest extends RenderedRequest {
  /** As the manifest has it: the runner has the values. */
  readonly auth?: Auth | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxRequestBytes?: number | undefined;
  readonly maxResponseBytes?: number | undefined;
  readonly maxRedirects?: number | undefined;
}

export interface GivenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface FileHandle {
  readonly file_id: string;
  readonly name?: string | undefined;
  readonly mime_type?: string | undefined;
  readonly size_bytes?: number | undefined;
  readonly url?: string | undefined;
}

export interface IncomingWebhook {
  readonly id: string;
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly receivedAt?: string | undefined;
}
