import { randomBytes } from 'node:crypto';
import {
  filesOf,
  formOf,
  isNumber,
  jsonOf,
  type ProviderCall,
  type ProviderReply,
  type ReceivedFile,
} from './provider-call.ts';
import type { Provider } from './provider-server.ts';

/** A fax as Fax.Plus keeps it. */
export interface FaxPlusFax {
  readonly id: string;
  readonly to: string;
  readonly files: readonly ReceivedFile[];
}

/** Fax.Plus v3: files are uploaded first, and then named by their path. */
export class FaxPlus implements Provider {
  readonly hosts = ['restapi.fax.plus'];
  readonly uploads = new Map<string, ReceivedFile>();
  readonly faxes = new Map<string, FaxPlusFax>();
  readonly #token: string;

  constructor(accessToken: string) {
    this.#token = accessToken;
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    if (call.headers['authorization'] !== `Bearer ${this.#token}`)
      return refusal(401, 'The access token is not valid');
    const [version, accounts, user, place, id] = call.segments;
    if (version !== 'v3' || accounts !== 'accounts' || user !== 'self')
      return refusal(404, 'Not found');
    if (place === 'files' && call.method === 'POST') return this.#upload(call);
    if (place !== 'outbox') return refusal(404, 'Not found');
    if (call.method === 'POST') return this.#send(call);
    return this.#known(call.method, id ?? '');
  }

  async #upload(call: ProviderCall): Promise<ProviderReply> {
    const form = await formOf(call);
    const [file] = form === undefined ? [] : await filesOf(form, 'fax_file');
    if (file === undefined) return refusal(400, 'fax_file is missing');
    const path = `/transient-${randomBytes(16).toString('hex')}`;
    this.uploads.set(path, file);
    return { status: 200, body: { path } };
  }

  #send(call: ProviderCall): ProviderReply {
    const json = jsonOf(call);
    const receivers = texts(json?.['to']);
    const files = texts(json?.['files']).map((path) => this.uploads.get(path));
    if (receivers.length === 0 || !receivers.every(isNumber))
      return refusal(400, 'to: must be a list of numbers in E.164');
    if (files.length === 0 || files.includes(undefined))
      return refusal(400, 'files: there is no such path');
    const sent = receivers.map((to) => {
      const known = files.filter((file) => file !== undefined);
      return { id: randomBytes(12).toString('hex'), to, files: known };
    });
    for (const fax of sent) this.faxes.set(fax.id, fax);
    return { status: 200, body: { ids: Object.fromEntries(sent.map(({ to, id }) => [to, id])) } };
  }

  /** As long as it was not sent. */
  #known(method: string, id: string): ProviderReply {
    const fax = this.faxes.get(id);
    if (fax === undefined) return refusal(404, 'There is no such fax in the outbox');
    if (method !== 'DELETE')
      return { status: 200, body: { id, status: 'submitted', to: [fax.to] } };
    this.faxes.delete(id);
    return { status: 204 };
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

function refusal(status: number, description: string): ProviderReply {
  return { status, body: { error: 'invalid_request', description } };
}
