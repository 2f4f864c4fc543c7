import { createHmac, randomBytes } from 'node:crypto';
import {
  basicOf,
  filesOf,
  formOf,
  textsOf,
  type ProviderCall,
  type ProviderReply,
  type ReceivedFile,
} from './provider-call.ts';
import type { Provider } from './provider-server.ts';

export interface MailgunMail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly ReceivedFile[];
}

export interface MailgunAccount {
  readonly domain: string;
  readonly apiKey: string;
  readonly signingKey: string;
}

/** Mailgun's messages: user `api`, any number of `attachment`; what it sends itself is signed within the body. */
export class Mailgun implements Provider {
  readonly hosts = ['api.mailgun.net', 'api.eu.mailgun.net'];
  readonly mails: MailgunMail[] = [];
  readonly account: MailgunAccount;

  constructor(account: MailgunAccount) {
    this.account = account;
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    const { domain, apiKey } = this.account;
    if (basicOf(call) !== `api:${apiKey}`) return { status: 401, body: 'Forbidden' };
    if (call.method !== 'POST' || call.segments.join('/') !== `v3/${domain}/messages`)
      return { status: 404, body: { message: 'Domain not found' } };
    const form = await formOf(call);
    return form === undefined ? bad('need a form') : this.#send(form);
  }

  /** The body of its webhook for an event. */
  event(data: object, at: number): string {
    const [timestamp, token] = [String(at), randomBytes(25).toString('hex')];
    const signature = createHmac('sha256', this.account.signingKey)
      .update(timestamp + token)
      .digest('hex');
    return JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': data });
  }

  async #send(form: FormData): Promise<ProviderReply> {
    const attachments = await filesOf(form, 'attachment');
    const [from = '', subject = '', text = ''] = textsOf(form, ['from', 'subject', 'text']);
    const to = form.getAll('to').filter((value) => typeof value === 'string');
    if (from === '') return bad('from parameter is missing');
    if (to.length === 0) return bad('to parameter is missing');
    if (text === '' && attachments.length === 0)
      return bad("Need at least one of 'text', 'html', 'attachment' parameters specified");
    const id = `<${randomBytes(8).toString('hex')}@${this.account.domain}>`;
    this.mails.push({ id, from, to, subject, text, attachments });
    return { status: 200, body: { id, message: 'Queued. Thank you.' } };
  }
}

function bad(message: string): ProviderReply {
  return { status: 400, body: { message } };
}
