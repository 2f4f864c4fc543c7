import { createHmac, randomUUID } from 'node:crypto';
import {
  basicOf,
  formOf,
  isNumber,
  textOf,
  textsOf,
  type ProviderCall,
  type ProviderReply,
} from './provider-call.ts';
import type { Provider } from './provider-server.ts';

/** A fax as SignalWire keeps it. */
export interface SignalWireFax {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly mediaUrl: string;
  readonly statusCallback: string;
  status: string;
}

export interface SignalWireAccount {
  readonly space: string;
  readonly projectId: string;
  readonly token: string;
  readonly signingKey: string;
}

/** SignalWire's Compatibility API, whose errors are those of Twilio's form. */
export class SignalWire implements Provider {
  readonly hosts: readonly string[];
  readonly faxes = new Map<string, SignalWireFax>();
  readonly account: SignalWireAccount;

  constructor(account: SignalWireAccount) {
    this.account = account;
    this.hosts = [`${account.space}.signalwire.com`];
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    const { projectId, token } = this.account;
    if (basicOf(call) !== `${projectId}:${token}`)
      return refusal(401, 20003, 'Authentication Error - No credentials provided');
    const [api, laml, version, accounts, account, faxes, id] = call.segments;
    const place = [api, laml, version, accounts, account].join('/');
    if (place !== `api/laml/2010-04-01/Accounts/${projectId}`)
      return refusal(404, 20404, 'The requested resource was not found');
    if (faxes === 'Faxes.json' && call.method === 'POST') return this.#send(call);
    const fax = faxes === 'Faxes' ? this.faxes.get((id ?? '').replace(/\.json$/u, '')) : undefined;
    if (fax === undefined) return refusal(404, 20404, 'The requested resource was not found');
    return call.method === 'POST' ? this.#change(call, fax) : { status: 200, body: shown(fax) };
  }

  /** What is posted to a fax's status callback, with its signature (HMAC-SHA1 in base64 over address and sorted fields). */
  report(sid: string, status: string): { url: string; fields: URLSearchParams; signature: string } {
    const fax = this.faxes.get(sid);
    if (fax === undefined) throw new Error(`there is no fax ${sid}`);
    fax.status = status;
    const { projectId, signingKey } = this.account;
    const entries = {
      AccountSid: projectId,
      FaxSid: sid,
      FaxStatus: status,
      From: fax.from,
      To: fax.to,
    };
    const sorted = Object.entries(entries).map(([name, value]) => name + value);
    const signature = createHmac('sha1', signingKey)
      .update(fax.statusCallback + sorted.join(''))
      .digest('base64');
    return { url: fax.statusCallback, fields: new URLSearchParams(entries), signature };
  }

  async #send(call: ProviderCall): Promise<ProviderReply> {
    const form = await formOf(call);
    if (form === undefined) return refusal(400, 20001, 'The body is no form');
    const [to = '', from = '', mediaUrl = ''] = textsOf(form, ['To', 'From', 'MediaUrl']);
    if (!isNumber(to)) return refusal(422, 21211, "Invalid 'To' Phone Number");
    if (!isNumber(from)) return refusal(422, 21212, "Invalid 'From' Phone Number");
    if (!mediaUrl.startsWith('https://')) return refusal(422, 21620, 'Invalid MediaUrl');
    const fax: SignalWireFax = {
      sid: randomUUID(),
      to,
      from,
      mediaUrl,
      statusCallback: textOf(form, 'StatusCallback'),
      status: 'queued',
    };
    this.faxes.set(fax.sid, fax);
    return { status: 201, body: shown(fax) };
  }

  async #change(call: ProviderCall, fax: SignalWireFax): Promise<ProviderReply> {
    const form = await formOf(call);
    if (form === undefined || textOf(form, 'Status') !== 'canceled')
      return refusal(422, 20001, 'Status can be canceled only');
    if (fax.status !== 'queued') return refusal(422, 21220, 'The fax is not queued any more');
    fax.status = 'canceled';
    return { status: 200, body: shown(fax) };
  }
}

function shown({ sid, to, from, status }: SignalWireFax): object {
  return { sid, to, from, status, direction: 'outbound', num_pages: null, error_code: null };
}

function refusal(status: number, code: number, message: string): ProviderReply {
  return { status, body: { code, message, more_info: '', status } };
}
