import { TestWritesError } from '../errors.ts';
import { failedAnswer, type CallAnswer, type HostCalls } from '../host/open-calls.ts';

/** What a sync may ask for and leaves everything as it is. */
const reading = new Set(['http', 'query', 'getById', 'getCheckpoint']);

/** The host of a test: what a sync may ask for, as long as it writes nothing of the platform. */
export class TestHost implements HostCalls {
  readonly #host: HostCalls;
  /** The plugin's code ran, and exports a plugin. */
  isLoaded = false;
  hasOwnTest = false;

  constructor(host: HostCalls) {
    this.#host = host;
  }

  log(level: string, message: string, fieldsText: string): void {
    this.#host.log(level, message, fieldsText);
  }

  async call(method: string, argsText: string): Promise<CallAnswer> {
    if (method === 'pluginLoaded') {
      this.isLoaded = true;
      this.hasOwnTest = argsText === 'true';
      return { text: JSON.stringify({ ok: true, value: null }) };
    }
    if (!reading.has(method)) return { text: failedAnswer(new TestWritesError()) };
    return this.#host.call(method, argsText);
  }
}
