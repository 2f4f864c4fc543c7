import { createHash, createHmac } from 'node:crypto';
import {
  basicOf,
  filesOf,
  formOf,
  isNumber,
  textOf,
  type ProviderCall,
  type ProviderReply,
  type ReceivedFile,
} from '../providers/provider-call.ts';
import type { Provider } from '../providers/provider-server.ts';

export interface PhaxioAccount {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Signs callbacks. */
  readonly callbackToken: string;
}

export type PhaxioStatus =
  'queued' | 'pendingbatch' | 'inprogress' | 'success' | 'partialsuccess' | 'failure';

/** A fax as Phaxio keeps it. */
export interface PhaxioFax {
  readonly id: number;
  readonly to: string;
  readonly files: readonly ReceivedFile[];
  readonly callbackUrl: string;
  status: PhaxioStatus;
  /** Why it failed, as documented: `lineError` and `No dial tone` for example. */
  error: { readonly type: string; readonly message: string } | undefined;
}

const open = new Set<PhaxioStatus>(['queued', 'pendingbatch']);

/** Phaxio v2.1 as its documentation has it: faxes, their states, cancelling, signed callbacks. */
export class Phaxio implements Provider {
  readonly hosts = ['api.phaxio.com'];
  readonly faxes = new Map<number, PhaxioFax>();
  readonly #account: PhaxioAccount;
  #nextId = 1234;
  #held: Promise<void> | undefined;

  constructor(account: PhaxioAccount) {
    this.#account = account;
  }

  /** Takes faxes without answering until it is let go. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return () => {
      this.#held = undefined;
      resolve();
    };
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    const { apiKey, apiSecret } = this.#account;
    if (basicOf(call) !== `${apiKey}:${apiSecret}`)
      return refusal(401, 'Invalid API key and/or secret.');
    const [version, place, id = '', verb] = call.segments;
    if (version !== 'v2.1' || place !== 'faxes') return refusal(404, 'Not found.');
    if (call.method === 'POST' && id === '') return this.#send(call);
    const fax = this.faxes.get(Number(id));
    if (fax === undefined) return refusal(404, 'Unable to find the fax.');
    return answerAbout(fax, `${call.method} ${verb ?? ''}`);
  }

  /** Tells the address that a fax was sent with how the fax stands; gives the status of the answer. */
  async callBack({ id }: PhaxioFax, told: Partial<PhaxioFax> = {}): Promise<number> {
    const kept = this.faxes.get(id);
    if (kept === undefined) throw new Error(`there is no fax ${String(id)}`);
    const fields = {
      direction: 'sent',
      event_type: 'fax_completed',
      fax: JSON.stringify(dataOf({ ...kept, ...told })),
      is_test: 'false',
      success: String(told.status !== 'failure'),
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const response = await fetch(kept.callbackUrl, {
      method: 'POST',
      headers: { 'X-Phaxio-Signature': this.signature(kept.callbackUrl, fields) },
      body: form,
    });
    await response.body?.cancel();
    return response.status;
  }

  /** HMAC-SHA1 of the address, the sorted fields, and the names of files with the SHA-1 of their content. */
  signature(
    url: string,
    fields: Readonly<Record<string, string>>,
    files: Readonly<Record<string, Uint8Array>> = {},
  ): string {
    const digests = Object.entries(files).map(
      ([name, content]) => [name, createHash('sha1').update(content).digest('hex')] as const,
    );
    return createHmac('sha1', this.#account.callbackToken)
      .update(url + sorted(Object.entries(fields)) + sorted(digests))
      .digest('hex');
  }

  async #send(call: ProviderCall): Promise<ProviderReply> {
    const form = await formOf(call);
    if (form === undefined) return refusal(422, 'The request is no form.');
    const to = textOf(form, 'to');
    if (!isNumber(to)) return refusal(422, 'Phone number is not formatted correctly.');
    const files = await filesOf(form, 'file');
    if (files.length === 0) return refusal(422, 'Please provide a file or a content_url.');
    const id = this.#nextId++;
    const callbackUrl = textOf(form, 'callback_url');
    this.faxes.set(id, { id, to, files, callbackUrl, status: 'queued', error: undefined });
    await this.#held;
    return {
      status: 200,
      body: { success: true, message: 'Fax queued for sending', data: { id } },
    };
  }
}

function sorted(entries: readonly (readonly [string, string])[]): string {
  return entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
}

function answerAbout(fax: PhaxioFax, asked: string): ProviderReply {
  if (asked === 'POST cancel') return cancel(fax);
  if (asked !== 'GET ') return refusal(404, 'Not found.');
  const message = 'Retrieved fax successfully';
  return { status: 200, body: { success: true, message, data: dataOf(fax) } };
}

function dataOf({ id, to, files, status, error }: PhaxioFax): object {
  return {
    id,
    direction: 'sent',
    num_pages: files.length,
    status,
    is_test: false,
    recipients: [{ phone_number: to, status }],
    error_type: error?.type ?? null,
    error_message: error?.message ?? null,
  };
}

function cancel(fax: PhaxioFax): ProviderReply {
  if (!open.has(fax.status))
    return refusal(422, 'The fax could not be canceled, as it is already being sent.');
  fax.status = 'failure';
  fax.error = { type: 'generalError', message: 'Canceled by user' };
  const message = 'Fax canceled successfully.';
  return { status: 200, body: { success: true, message, data: { id: fax.id } } };
}

function refusal(status: number, message: string): ProviderReply {
  return { status, body: { success: false, message } };
}
