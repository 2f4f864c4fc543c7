import { sign as signForGitHub } from '@octokit/webhooks-methods';
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { getExpectedBodyHash, getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { WebhookDeclaration, WebhookRequest } from '../src/webhooks/webhook-request.ts';
import { aRequest, hmacWebhook, now, url } from './webhook-builders.ts';

/** A request as a vendor signs it, and the parts of it that its signature covers. */
export interface SignedByVendor {
  readonly webhook: WebhookDeclaration;
  readonly secret: string;
  readonly request: WebhookRequest;
  /** Names of headers, and `body` and `url`. */
  readonly covered: readonly string[];
}

/** Texts as they come from people: of any script, with what JSON, forms and addresses escape. */
export type Text = () => string;

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const stripe = new Stripe('sk_test_of_nobody');
const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

function standardWebhooks(text: Text): SignedByVendor {
  const secret = `whsec_${createHash('sha256').update(text()).digest('base64')}`;
  const body = JSON.stringify({ type: text(), data: text() });
  const id = `msg_${createHash('sha256').update(body).digest('base64url')}`;
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(now),
    'webhook-signature': new Webhook(secret).sign(id, new Date(now * 1000), body),
  };
  const request = aRequest({ headers, body: Buffer.from(body) });
  return {
    webhook: { verify: 'standard-webhooks' },
    secret,
    request,
    covered: [...Object.keys(headers), 'body'],
  };
}

async function github(text: Text): Promise<SignedByVendor> {
  const secret = `s${text()}`;
  const body = JSON.stringify({ action: text(), sender: text() });
  const headers = { 'x-hub-signature-256': await signForGitHub(secret, body) };
  const request = aRequest({ headers, body: Buffer.from(body) });
  return {
    webhook: { verify: 'github' },
    secret,
    request,
    covered: [...Object.keys(headers), 'body'],
  };
}

function stripeEvent(text: Text): SignedByVendor {
  const secret = `whsec_${createHash('sha256').update(text()).digest('hex')}`;
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', note: text() });
  const signature = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: now });
  const request = aRequest({
    headers: { 'stripe-signature': signature },
    body: Buffer.from(payload),
  });
  return { webhook: { verify: 'stripe' }, secret, request, covered: ['stripe-signature', 'body'] };
}

function twilioForm(text: Text): SignedByVendor {
  const secret = createHash('md5').update(text()).digest('hex');
  const fields = { MessageSid: 'SM1', From: '+15005550006', Body: text(), Note: text(), Empty: '' };
  const address = `${url}?${new URLSearchParams({ q: text() }).toString()}`;
  const signature = getExpectedTwilioSignature(secret, address, fields);
  const request = aRequest({
    url: address,
    headers: { ...form, 'x-twilio-signature': signature },
    body: Buffer.from(new URLSearchParams(fields).toString()),
  });
  const covered = ['x-twilio-signature', 'body', 'url'];
  return { webhook: { verify: 'twilio' }, secret, request, covered };
}

function twilioJson(text: Text): SignedByVendor {
  const secret = createHash('md5').update(text()).digest('hex');
  const body = JSON.stringify({ note: text() });
  const address = `${url}?bodySHA256=${getExpectedBodyHash(body)}`;
  const signature = getExpectedTwilioSignature(secret, address, {});
  const request = aRequest({
    url: address,
    headers: { ...json, 'x-twilio-signature': signature },
    body: Buffer.from(body),
  });
  const covered = ['x-twilio-signature', 'body', 'url'];
  return { webhook: { verify: 'twilio' }, secret, request, covered };
}

/** Its key is ours; that SendGrid signs like this is seen by one of its own requests among the vectors. */
function sendgrid(text: Text): SignedByVendor {
  const body = JSON.stringify([{ event: 'delivered', note: text() }]);
  const time = String(now);
  const signature = sign('sha256', Buffer.from(time + body), pair.privateKey).toString('base64');
  const headers = {
    'x-twilio-email-event-webhook-timestamp': time,
    'x-twilio-email-event-webhook-signature': signature,
  };
  const request = aRequest({ headers, body: Buffer.from(body) });
  const covered = [...Object.keys(headers), 'body'];
  return { webhook: { verify: 'sendgrid' }, secret: publicKey, request, covered };
}

/** By the documentation: Slack’s library signs nothing, and brings a whole server along. */
function slack(text: Text): SignedByVendor {
  const secret = `s${text()}`;
  const body = JSON.stringify({ type: 'event_callback', event: text() });
  const mac = createHmac('sha256', secret)
    .update(`v0:${String(now)}:${body}`)
    .digest('hex');
  const headers = { 'x-slack-request-timestamp': String(now), 'x-slack-signature': `v0=${mac}` };
  const request = aRequest({ headers, body: Buffer.from(body) });
  return {
    webhook: { verify: 'slack' },
    secret,
    request,
    covered: [...Object.keys(headers), 'body'],
  };
}

function hmac(text: Text): SignedByVendor {
  const secret = `s${text()}`;
  const body = Buffer.from(text());
  const mac = createHmac('sha256', secret).update(body).digest('hex');
  const request = aRequest({ headers: { 'x-signature': mac }, body });
  return { webhook: hmacWebhook, secret, request, covered: ['x-signature', 'body'] };
}

function telegram(text: Text): SignedByVendor {
  const secret = createHash('sha256').update(text()).digest('base64url');
  const request = aRequest({ headers: { 'x-telegram-bot-api-secret-token': secret } });
  const covered = ['x-telegram-bot-api-secret-token'];
  return { webhook: { verify: 'telegram' }, secret, request, covered };
}

/** By the documentation: what is signed is timestamp and token, and nothing else of the body. */
function mailgun(text: Text): SignedByVendor {
  const secret = `s${text()}`;
  const token = createHash('sha256').update(text()).digest('hex').slice(0, 50);
  const signature = createHmac('sha256', secret)
    .update(`${String(now)}${token}`)
    .digest('hex');
  const request = aRequest({
    headers: form,
    body: Buffer.from(`timestamp=${String(now)}&token=${token}&signature=${signature}`),
  });
  return { webhook: { verify: 'mailgun' }, secret, request, covered: ['body'] };
}

export const signers: readonly [
  string,
  (text: Text) => SignedByVendor | Promise<SignedByVendor>,
][] = [
  ['standardwebhooks', standardWebhooks],
  ['@octokit/webhooks-methods', github],
  ['stripe', stripeEvent],
  ['twilio, a form', twilioForm],
  ['twilio, JSON', twilioJson],
  ['SendGrid’s documentation', sendgrid],
  ['Slack’s documentation', slack],
  ['an HMAC', hmac],
  ['Telegram’s documentation', telegram],
  ['Mailgun’s documentation', mailgun],
];
