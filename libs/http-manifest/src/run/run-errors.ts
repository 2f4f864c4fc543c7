import type { Refusal } from '../response/map-response.ts';

/** An answer that is no success. The platform knows it by its name and status, as it does the SDK's. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> = {};
  readonly body = '';
  readonly retryAfterMs: number | undefined;

  constructor({ httpStatus, error, errorCode }: Refusal, more: RefusedRequest = {}) {
    const step = more.step === undefined ? '' : `step "${more.step}": `;
    const told = error === undefined ? '' : `: ${error}`;
    const code = errorCode === undefined || errorCode === error ? '' : ` (${errorCode})`;
    super(`${step}HTTP ${String(httpStatus)}${told}${code}`);
    this.status = httpStatus;
    this.retryAfterMs = more.retryAfterMs;
  }
}

export interface RefusedRequest {
  /** Of an action with several. */
  readonly step?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The provider said no with an HTTP status that says yes. */
export class ProviderRefusedError extends Error {
  override readonly name = 'ProviderRefusedError';
  readonly code: string;
  readonly retry = 'never';
  readonly refusal: Refusal;

  constructor(refusal: Refusal, step?: string) {
    const { error, errorCode } = refusal;
    const place = step === undefined ? '' : `step "${step}": `;
    super(`${place}the provider refused: ${error ?? errorCode ?? 'it gave no reason'}`);
    this.code = `provider.${errorCode ?? 'refused'}`;
    this.refusal = refusal;
  }
}

/** What a stream does that would never end, or would lead elsewhere. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: StreamErrorCode;
  readonly retry = 'never';

  constructor(code: StreamErrorCode, stream: string, reason: string) {
    super(`stream "${stream}": ${reason}`);
    this.code = code;
  }
}

export type StreamErrorCode = 'pagination_loop' | 'next_page_elsewhere' | 'http_manifest.record';
