import type { FaxResult, FaxStatus, OutboundAttachment } from './plugin-interfaces.ts';
import type { HostContext } from './types.ts';

/** What goes with a fax beside its receiver and its file. */
export interface FaxOptions {
  readonly from?: string | undefined;
  /** The file whose id `filePath` is: its name, its size, and where a provider may fetch it. */
  readonly file: OutboundAttachment;
  /** The same in every attempt at this fax. */
  readonly idempotencyKey: string;
  /** Where the provider may report to this connection. */
  readonly webhookUrl?: string | undefined;
  readonly [key: string]: unknown;
}

/** What a FaxPlugin may return: a FaxResult, or one in the words of Faxbot plugins. */
export interface FaxAnswer extends Partial<Omit<FaxResult, 'jobId' | 'status'>> {
  readonly jobId?: string | number | undefined;
  /** One of FaxStatus; `SUCCESS` and `FAILED` are taken for `succeeded` and `failed`, anything else is `unknown`. */
  readonly status?: FaxStatus | Uppercase<FaxStatus> | 'SUCCESS' | (string & {}) | undefined;
  readonly [key: string]: unknown;
}

/**
 * Base of a fax provider as a class. Export a subclass, or an instance of one. Every call of the platform has an instance of its
 * own: `initialize`, the method, `shutdown`; what is to last longer belongs to the provider.
 */
export abstract class FaxPlugin {
  /** Tells the platform what it has before it; minified code keeps no class names. */
  readonly isFaxPlugin = true;
  #context: HostContext | undefined;

  /** HTTP, logger, config and files; there from `initialize` on. */
  get context(): HostContext {
    if (this.#context === undefined)
      throw new Error('the platform has not begun a call: use this.context in methods only');
    return this.#context;
  }

  set context(context: HostContext) {
    this.#context = context;
  }

  /** Sends once: the platform tries again where that is safe. `filePath` is a file handle for `bodyFile` or a multipart `file`. */
  abstract sendFax(to: string, filePath: string, options: FaxOptions): Promise<FaxAnswer>;

  /** With `get_status` under `actions`. */
  getStatus?(jobId: string): Promise<FaxAnswer>;

  /** With `cancel_fax` under `actions`; true, or the status `cancelled`, when it came in time. */
  cancelFax?(jobId: string): Promise<boolean | FaxAnswer>;

  /** What a webhook has brought, its sender verified; a returned status is taken for the fax of its `jobId`. */
  handleWebhook?(
    headers: Readonly<Record<string, string>>,
    body: unknown,
  ): Promise<FaxAnswer | void>;

  /** Throws, or resolves to false, when the config cannot be right; asked when a person tests the connection. */
  validateConfig?(config: Readonly<Record<string, unknown>>): unknown;

  /** What it says of itself; the platform goes by plugin.json. */
  manifest?(): unknown;

  async initialize(_config: Readonly<Record<string, unknown>>): Promise<void> {}

  async shutdown(): Promise<void> {}
}
