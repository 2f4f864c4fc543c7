import { UnknownCallError } from '../errors.ts';
import { failedAnswer, type CallAnswer, type HostCalls } from '../host/open-calls.ts';
import { ResultTooLargeError } from './errors.ts';

const maxResultBytes = 64 * 1024;

export interface InvocationHostOptions {
  /** What the sandbox is to do. */
  readonly input: object;
  /** Its code is loaded, and the call begins. */
  readonly onBegin: () => void;
}

/** The host of an invocation: it says what is to be done, and takes what the plugin returns. */
export class InvocationHost implements HostCalls {
  readonly #host: HostCalls;
  readonly #options: InvocationHostOptions;
  /** JSON text; empty for nothing. */
  resultJson = '';

  constructor(host: HostCalls, options: InvocationHostOptions) {
    this.#host = host;
    this.#options = options;
  }

  log(level: string, message: string, fieldsText: string): void {
    this.#host.log(level, message, fieldsText);
  }

  async call(method: string, argsText: string): Promise<CallAnswer> {
    switch (method) {
      case 'invocation':
        this.#options.onBegin();
        return ok(this.#options.input);
      case 'returned':
        if (Buffer.byteLength(argsText) > maxResultBytes)
          return { text: failedAnswer(new ResultTooLargeError(maxResultBytes)) };
        this.resultJson = argsText;
        return ok(null);
      case 'resetCheckpoint':
        return { text: failedAnswer(new UnknownCallError(method)) };
      default:
        return this.#host.call(method, argsText);
    }
  }
}

function ok(value: unknown): CallAnswer {
  return { text: JSON.stringify({ ok: true, value }) };
}
