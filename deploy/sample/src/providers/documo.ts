import { randomUUID } from 'node:crypto';
import {
  filesOf,
  formOf,
  textOf,
  type ProviderCall,
  type ProviderReply,
  type ReceivedFile,
} from './provider-call.ts';
import type { Provider } from './provider-server.ts';

/** A fax as Documo keeps it. */
export interface DocumoFax {
  readonly messageId: string;
  readonly faxNumber: string;
  readonly files: readonly ReceivedFile[];
  status: 'processing' | 'success' | 'failed';
}

/** Documo mFax v1: the API key stands bare behind `Basic`. */
export class Documo implements Provider {
  readonly hosts = ['api.documo.com'];
  readonly faxes = new Map<string, DocumoFax>();
  readonly #apiKey: string;

  constructor(apiKey: string) {
    this.#apiKey = apiKey;
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    if (call.headers['authorization'] !== `Basic ${this.#apiKey}`)
      return refusal(401, 'Unauthorized', 'Wrong API key');
    const [version, place, id, info] = call.segments;
    if (version === 'v1' && place === 'faxes' && call.method === 'POST') return this.#send(call);
    const fax = version === 'v1' && place === 'fax' ? this.faxes.get(id ?? '') : undefined;
    if (fax === undefined || info !== 'info') return refusal(404, 'NotFound', 'Fax not found');
    const { messageId, faxNumber, status } = fax;
    return {
      status: 200,
      body: { messageId, faxNumber, status, pagesCount: 1, direction: 'outbound' },
    };
  }

  async #send(call: ProviderCall): Promise<ProviderReply> {
    const form = await formOf(call);
    if (form === undefined) return refusal(400, 'BadRequest', 'multipart/form-data is needed');
    const files = await filesOf(form, 'attachments');
    const faxNumber = textOf(form, 'faxNumber');
    if (!/^\+?\d{7,15}$/u.test(faxNumber))
      return refusal(400, 'BadRequest', 'faxNumber is not valid');
    if (files.length === 0) return refusal(400, 'BadRequest', 'attachments are missing');
    const fax: DocumoFax = { messageId: randomUUID(), faxNumber, files, status: 'processing' };
    this.faxes.set(fax.messageId, fax);
    return { status: 200, body: { messageId: fax.messageId, faxNumber, direction: 'outbound' } };
  }
}

function refusal(status: number, name: string, message: string): ProviderReply {
  return { status, body: { error: { name, message } } };
}
