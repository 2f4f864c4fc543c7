import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { jsonOf, type ProviderCall, type ProviderReply } from './provider-call.ts';
import type { Provider } from './provider-server.ts';

/** A mail as SendGrid took it. */
export interface SendGridMail {
  readonly id: string;
  readonly mail: Readonly<Record<string, unknown>>;
}

/** SendGrid's Mail Send: 202 without a body, the id in `X-Message-Id`; its events come as a list, signed by ECDSA. */
export class SendGrid implements Provider {
  readonly hosts = ['api.sendgrid.com'];
  readonly mails: SendGridMail[] = [];
  readonly #apiKey: string;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

  constructor(apiKey: string) {
    this.#apiKey = apiKey;
  }

  /** As its settings show it. */
  get publicKey(): string {
    return this.#keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  }

  answer(call: ProviderCall): ProviderReply {
    if (call.headers['authorization'] !== `Bearer ${this.#apiKey}`)
      return refusal(401, 'authorization required', null);
    if (call.method !== 'POST' || call.segments.join('/') !== 'v3/mail/send')
      return refusal(404, 'not found', null);
    const mail = jsonOf(call);
    if (mail === undefined) return refusal(400, 'Bad Request', null);
    const fault = faultOf(mail);
    if (fault !== undefined) return refusal(400, fault.message, fault.field);
    const id = randomBytes(11).toString('base64url');
    this.mails.push({ id, mail });
    return { status: 202, headers: { 'X-Message-Id': id } };
  }

  /** The headers and body of its event webhook. */
  events(
    list: readonly object[],
    at: number,
  ): { headers: Readonly<Record<string, string>>; body: string } {
    const body = JSON.stringify(list);
    const signature = sign('sha256', Buffer.from(String(at) + body), this.#keys.privateKey);
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'x-twilio-email-event-webhook-timestamp': String(at),
        'x-twilio-email-event-webhook-signature': signature.toString('base64'),
      },
    };
  }
}

function faultOf(
  mail: Readonly<Record<string, unknown>>,
): { readonly message: string; readonly field: string } | undefined {
  for (const field of ['personalizations', 'from', 'content'])
    if (mail[field] === undefined) return { message: 'Missing required field', field };
  const attachments = mail['attachments'];
  if (attachments === undefined) return undefined;
  const isGood =
    Array.isArray(attachments) &&
    attachments.length > 0 &&
    attachments.every(
      (file: unknown) =>
        typeof file === 'object' &&
        file !== null &&
        'content' in file &&
        typeof file.content === 'string' &&
        /^[A-Za-z0-9+/]+={0,2}$/u.test(file.content) &&
        'filename' in file &&
        typeof file.filename === 'string' &&
        file.filename !== '',
    );
  return isGood
    ? undefined
    : { message: 'The attachment content must be base64 encoded.', field: 'attachments' };
}

function refusal(status: number, message: string, field: string | null): ProviderReply {
  return { status, body: { errors: [{ message, field, help: null }] } };
}
