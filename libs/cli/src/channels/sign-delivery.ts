import { createHash, createHmac, randomUUID } from 'node:crypto';
import { CliError, exitCodes } from '../errors.ts';
import { textAt, type Answer } from '../platform/answer.ts';

/** A request as a provider would send it. */
export interface UnsignedDelivery {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}

export interface Scheme {
  readonly verify: string;
  /** As the API shows it, of schemes whose proof the manifest describes. */
  readonly signature?: Answer | undefined;
  readonly secret: string;
  /** Seconds since 1970. */
  readonly now: number;
}

type Sign = (
  delivery: UnsignedDelivery,
  scheme: Scheme,
) => { headers?: Record<string, string>; body?: string; url?: string };

const hmac = (algorithm: string, key: string | Buffer, text: string) =>
  createHmac(algorithm, key).update(text);

/** By the documents of the providers, as `docs/webhooks.md` of the wallet cites them. */
const schemes: Readonly<Record<string, Sign>> = {
  none: () => ({}),
  'standard-webhooks': ({ body }, { secret, now }) => {
    const id = `msg_${randomUUID()}`;
    const key = Buffer.from(secret.replace(/^whsec_/u, ''), 'base64');
    const signature = hmac('sha256', key, `${id}.${String(now)}.${body}`).digest('base64');
    return {
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(now),
        'webhook-signature': `v1,${signature}`,
      },
    };
  },
  github: ({ body }, { secret }) => ({
    headers: {
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${hmac('sha256', secret, body).digest('hex')}`,
    },
  }),
  slack: ({ body }, { secret, now }) => ({
    headers: {
      'x-slack-request-timestamp': String(now),
      'x-slack-signature': `v0=${hmac('sha256', secret, `v0:${String(now)}:${body}`).digest('hex')}`,
    },
  }),
  stripe: ({ body }, { secret, now }) => ({
    headers: {
      'stripe-signature': `t=${String(now)},v1=${hmac('sha256', secret, `${String(now)}.${body}`).digest('hex')}`,
    },
  }),
  twilio: (delivery, { secret }) => ({
    headers: {
      'x-twilio-signature': hmac('sha1', secret, twilioText(delivery)).digest('base64'),
    },
  }),
  telegram: (_, { secret }) => ({ headers: { 'x-telegram-bot-api-secret-token': secret } }),
  hmac: ({ body }, { secret, now, signature = {} }) => {
    const timestampHeader = textAt(signature, 'timestamp_header').toLowerCase();
    const isTimed = timestampHeader !== '';
    const signed = hmac(
      textAt(signature, 'algorithm'),
      secret,
      isTimed ? `${String(now)}.${body}` : body,
    ).digest(textAt(signature, 'encoding') === 'base64' ? 'base64' : 'hex');
    return {
      headers: {
        [textAt(signature, 'header').toLowerCase()]: textAt(signature, 'prefix') + signed,
        ...(isTimed ? { [timestampHeader]: String(now) } : {}),
      },
    };
  },
  'shared-secret': ({ url }, { secret, signature = {} }) => {
    const header = textAt(signature, 'header').toLowerCase();
    if (header !== '') return { headers: { [header]: textAt(signature, 'prefix') + secret } };
    const address = new URL(url);
    address.searchParams.set(textAt(signature, 'query'), secret);
    return { url: address.href };
  },
  mailgun: ({ body }, { secret, now }) => {
    const token = createHash('sha256').update(randomUUID()).digest('hex').slice(0, 50);
    const signature = hmac('sha256', secret, `${String(now)}${token}`).digest('hex');
    const content: unknown = JSON.parse(body);
    return {
      body: JSON.stringify({
        ...Object(content),
        signature: { timestamp: String(now), token, signature },
      }),
    };
  },
};

/** Proves a delivery as the scheme of its webhook wants it; throws where only the provider can. */
export function signDelivery(
  delivery: UnsignedDelivery,
  scheme: Scheme,
): UnsignedDelivery & { readonly headers: Readonly<Record<string, string>> } {
  const sign = schemes[scheme.verify];
  if (sign === undefined)
    throw new CliError(
      'webhook.not_signable',
      exitCodes.usage,
      `made-open cannot sign by ${scheme.verify}; send what proves it with --header`,
    );
  return { ...delivery, headers: {}, ...sign(delivery, scheme) };
}

/** The URL, and each form field's name and value behind it, in the order of names. */
function twilioText({ url, body, contentType }: UnsignedDelivery): string {
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return url;
  const fields = [...new URLSearchParams(body)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return url + fields.flat().join('');
}
