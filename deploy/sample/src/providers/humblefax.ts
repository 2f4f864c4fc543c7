import {
  basicOf,
  filesOf,
  formOf,
  textOf,
  type ProviderCall,
  type ProviderReply,
  type ReceivedFile,
} from './provider-call.ts';
import type { Provider } from './provider-server.ts';

/** A fax as HumbleFax keeps it. */
export interface HumbleFaxFax {
  readonly id: number;
  readonly recipient: number;
  readonly files: readonly ReceivedFile[];
  status: string;
}

/** HumbleFax: numbers are integers within a JSON part, and a `uuid` that was seen before sends nothing again. */
export class HumbleFax implements Provider {
  readonly hosts = ['api.humblefax.com'];
  readonly faxes = new Map<number, HumbleFaxFax>();
  readonly #byUuid = new Map<string, HumbleFaxFax>();
  readonly #keys: string;

  constructor(accessKey: string, secretKey: string) {
    this.#keys = `${accessKey}:${secretKey}`;
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    if (basicOf(call) !== this.#keys) return refusal(401, 'The API key was not accepted');
    // Cloudflare in front of it lets nobody pass who does not say who he is.
    if ((call.headers['user-agent'] ?? '') === '') return refusal(403, 'Forbidden');
    const [place, id] = call.segments;
    if (place === 'quickSendFax' && call.method === 'POST') return this.#send(call);
    const fax = place === 'sentFax' ? this.faxes.get(Number(id)) : undefined;
    if (fax === undefined) return refusal(404, 'There is no such fax');
    const { status, recipient } = fax;
    return {
      status: 200,
      body: {
        result: true,
        data: {
          sentFax: {
            id: fax.id,
            status,
            numPages: 1,
            recipients: [{ toNumber: recipient, status }],
          },
        },
      },
    };
  }

  async #send(call: ProviderCall): Promise<ProviderReply> {
    const form = await formOf(call);
    const data = parsed(form === undefined ? '' : textOf(form, 'jsonData'));
    if (form === undefined || data === undefined) return refusal(400, 'jsonData is no JSON object');
    const recipient = recipientOf(data);
    if (recipient === undefined) return refusal(400, 'recipients must be a list of numbers');
    const files = await filesOf(form, 'file');
    if (files.length === 0) return refusal(400, 'a file is needed');
    const uuid = typeof data['uuid'] === 'string' ? data['uuid'] : '';
    const known = this.#byUuid.get(uuid);
    const fax = known ?? {
      id: 4_000_000 + this.faxes.size,
      recipient,
      files,
      status: 'in progress',
    };
    this.faxes.set(fax.id, fax);
    if (uuid !== '') this.#byUuid.set(uuid, fax);
    return {
      status: 200,
      body: { result: true, data: { fax: { id: fax.id, status: fax.status } } },
    };
  }
}

function recipientOf({ recipients }: Record<string, unknown>): number | undefined {
  const [first]: unknown[] = Array.isArray(recipients) ? recipients : [];
  return typeof first === 'number' && Number.isSafeInteger(first) ? first : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function refusal(status: number, reason: string): ProviderReply {
  return { status, body: { result: false, error: reason } };
}
