import { OpenCallsTooLargeError } from '../errors.ts';
import { readObject, textOf } from './processes/sandbox-failure.ts';

/** What the sandbox asks the runner for. */
export interface HostCalls {
  call(method: string, argsText: string): Promise<CallAnswer>;
  log(level: string, message: string, fieldsText: string): void;
}

export interface CallAnswer {
  /** `{"ok": …}` as JSON text. */
  readonly text: string;
  /** Body of an HTTP answer as it came; only the sandbox reads it. */
  readonly body?: Uint8Array;
}

export interface OpenCallsOptions {
  readonly answer: (...parts: (Uint8Array | string)[]) => void;
  readonly onFlood: (message: string) => void;
}

/** Above what the guest allows itself: only a sandbox that is no longer ours makes more. */
const maxOpen = 512;
/** Of all open calls; each is there several times, as text, as what it says and as what is sent. */
const maxOpenBytes = 16 * 1024 * 1024;
const headBytes = 8;
const maxText = 32_768;

/** The calls of one sandbox that are not answered yet. */
export class OpenCalls {
  readonly #host: HostCalls;
  readonly #options: OpenCallsOptions;
  #open = 0;
  #openBytes = 0;
  #isClosed = false;

  constructor(host: HostCalls, options: OpenCallsOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** `[u32 call]method LF arguments` */
  take(payload: Buffer): void {
    if (++this.#open > maxOpen) {
      this.#options.onFlood(`the sandbox made more than ${String(maxOpen)} calls at a time`);
      return;
    }
    this.#openBytes += payload.length;
    const answer =
      this.#openBytes > maxOpenBytes
        ? Promise.resolve({ text: failedAnswer(new OpenCallsTooLargeError(maxOpenBytes)) })
        : this.#ask(payload);
    void this.#answer(payload.readUInt32BE(0), payload.length, answer);
  }

  /** Whatever is still open is answered to nobody. */
  close(): void {
    this.#isClosed = true;
  }

  log(text: string): void {
    const { level, text: content } = readObject(text);
    const { message, fields } = readObject(typeof content === 'string' ? content : '');
    this.#host.log(
      level === 'warn' || level === 'error' ? level : 'info',
      typeof message === 'string' ? message.slice(0, maxText) : '',
      typeof fields === 'string' ? fields.slice(0, maxText) : '',
    );
  }

  /** Never rejects: a fault of the host must not end the runner. */
  #ask(payload: Buffer): Promise<CallAnswer> {
    const text = payload.toString('utf8', 4);
    const end = text.indexOf('\n');
    return this.#host
      .call(text.slice(0, end), text.slice(end + 1))
      .catch((error: unknown) => ({ text: failedAnswer(error) }));
  }

  /** Without the payload, which need not be there as long as the call is open. */
  async #answer(call: number, bytes: number, answer: Promise<CallAnswer>): Promise<void> {
    const { text, body = '' } = await answer;
    this.#open--;
    this.#openBytes -= bytes;
    if (this.#isClosed) return;
    const head = Buffer.allocUnsafe(headBytes);
    head.writeUInt32BE(call, 0);
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    this.#options.answer(head, text, body);
  }
}

/** An error as the plugin sees it: code and message, nothing of its cause. */
export function failedAnswer(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return JSON.stringify({
    ok: false,
    code: typeof code === 'string' ? textOf(code) : 'host.failed',
    message: error instanceof Error ? textOf(error.message) : 'the host could not do it',
  });
}
