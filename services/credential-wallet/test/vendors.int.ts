import { randomInt } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { standardSignature } from '../src/webhooks/schemes/standard-webhooks.ts';
import { verifyRequest } from '../src/webhooks/schemes.ts';
import { secretTexts } from '../src/webhooks/secret-texts.ts';
import type { WebhookRequest } from '../src/webhooks/webhook-request.ts';
import { signers, type SignedByVendor } from './vendor-signers.ts';

const requests = 40;
const changes = 12;
const pieces = [
  'a',
  'Z',
  '7',
  ' ',
  '+',
  '&',
  '=',
  '%2B',
  '"',
  '\\',
  '/',
  'é',
  '漢',
  '🙂',
  '\n',
  '-',
];

const text = (): string =>
  Array.from({ length: randomInt(0, 40) }, () => pieces[randomInt(pieces.length)]).join('');

function isVerified({ webhook, secret, request }: SignedByVendor): boolean {
  return verifyRequest(webhook, request, secretTexts(secret, webhook.verify)).verified;
}

function flipped(bytes: Buffer, from = 0): Buffer {
  const changed = Buffer.from(bytes);
  const at = randomInt(from, bytes.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8));
  return changed;
}

/** The request with one bit of a part turned over. */
function tampered(request: WebhookRequest, part: string): WebhookRequest {
  if (part === 'body') return { ...request, body: flipped(request.body) };
  if (part === 'url') {
    // What stands before is configured, and nothing that a request could change.
    const from = request.url.indexOf('webhooks/');
    return { ...request, url: flipped(Buffer.from(request.url), from).toString('latin1') };
  }
  const value = flipped(Buffer.from(request.headers[part] ?? '')).toString('latin1');
  return { ...request, headers: { ...request.headers, [part]: value } };
}

/** Fields of a form say the same in several ways: `%2B` and `%2b`. */
function saysTheSame(one: WebhookRequest, other: WebhookRequest): boolean {
  const read = ({ body, headers }: WebhookRequest): string =>
    headers['content-type']?.includes('urlencoded') === true
      ? JSON.stringify([...new URLSearchParams(body.toString())])
      : body.toString('latin1');
  return one.url === other.url && read(one) === read(other);
}

describe.each(signers)('a request signed by %s', (_, sign) => {
  it('is verified whatever it says, and refused when any bit of it was changed', async () => {
    let refusals = 0;
    for (let count = 0; count < requests; count++) {
      const signed = await sign(text);
      expect(isVerified(signed)).toBe(true);
      for (let change = 0; change < changes; change++)
        for (const part of signed.covered) {
          if (part === 'body' && signed.request.body.length === 0) continue;
          const request = tampered(signed.request, part);
          const isBody = part === 'body' && saysTheSame(signed.request, request);
          if (isBody) continue;
          expect([part, request, isVerified({ ...signed, request })]).toEqual([
            part,
            request,
            false,
          ]);
          refusals++;
        }
    }
    expect(refusals).toBeGreaterThan(300);
  });

  it('is refused with the secret of somebody else', async () => {
    const [own, other] = [await sign(text), await sign(() => 'other')];
    if (own.secret !== other.secret)
      expect(isVerified({ ...own, secret: other.secret })).toBe(false);
    expect(isVerified(own)).toBe(true);
  });
});

describe('a webhook that goes out', () => {
  it('is taken by the library of Standard Webhooks', () => {
    const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
    const time = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ type: 'message.received', text: '🙂' });
    const signed = { id: 'msg_1', timestamp: String(time), body: Buffer.from(body) };
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(time),
      'webhook-signature': standardSignature(secret, signed).join(' '),
    };
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ text: '🙂' });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
  });
});
