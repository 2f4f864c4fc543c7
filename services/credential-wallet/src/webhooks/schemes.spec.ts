import { webhookSchemes } from '@made-open/manifest';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { aRequest, aSignedRequest, hmacWebhook, now, url } from '../../test/webhook-builders.ts';
import { schemes, verifyRequest } from './schemes.ts';
import { secretTexts } from './secret-texts.ts';
import type { WebhookDeclaration, WebhookRequest } from './webhook-request.ts';

interface VectorCase {
  readonly scheme: string;
  readonly why: string;
  readonly accepted: boolean;
  readonly now: number;
  readonly secret: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const file = readFileSync(new URL('../../vectors/webhooks.json', import.meta.url), 'utf8');
const { cases } = JSON.parse(file) as { cases: VectorCase[] };

function verdict(
  webhook: WebhookDeclaration,
  request: Partial<WebhookRequest>,
  secret: unknown,
): string {
  const { verified, reason } = verifyRequest(
    webhook,
    aRequest(request),
    secretTexts(secret, webhook.verify),
  );
  return verified ? 'verified' : reason;
}

const mac = (secret: string, text: string, algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(text);

describe('schemes of webhooks', () => {
  it('are those of the manifest that verify anything', () => {
    expect([...schemes.keys(), 'none']).toEqual(webhookSchemes);
  });

  it.each(cases.map((one, index) => [index + 1, one.scheme, one.why, one] as const))(
    'vector %d: %s, %s',
    (_number, _scheme, _why, { scheme, accepted, secret, body, ...request }) => {
      const result = verdict({ verify: scheme }, { ...request, body: Buffer.from(body) }, secret);
      expect(result === 'verified').toBe(accepted);
      expect(result).not.toContain(secret);
    },
  );

  it('take the request that Slack’s documentation signs', () => {
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const request = { headers, body: Buffer.from(body), now: 1_531_420_618 };
    const secret = '8f742231b10e8888abcd99yyyzzz85a5';
    expect(verdict({ verify: 'slack' }, request, secret)).toBe('verified');
  });

  it('refuse what nothing can be verified with', () => {
    for (const secret of [undefined, '', '  ', [], [''], 5, { a: 'b' }])
      for (const verify of schemes.keys())
        expect(verdict({ verify }, {}, secret)).toBe('the config has no secret for it');
    expect(verdict({ verify: 'none' }, {}, 'secret')).toMatch(/cannot be verified by "none"/u);
  });

  it.each([...schemes.keys()])('%s refuses a request without any proof', (verify) => {
    const signature = { header: 'X-Signature', timestampHeader: 'X-Time' };
    expect(verdict({ verify, signature }, {}, 'c2VjcmV0')).not.toBe('verified');
    expect(verdict({ verify, signature }, { body: Buffer.alloc(0) }, 'c2VjcmV0')).not.toBe(
      'verified',
    );
  });

  it('take any of the secrets while one takes the place of another', () => {
    const secrets = ['old', 'new'];
    expect(verdict(hmacWebhook, aSignedRequest('old'), secrets)).toBe('verified');
    expect(verdict(hmacWebhook, aSignedRequest('new'), secrets)).toBe('verified');
    expect(verdict(hmacWebhook, aSignedRequest('old'), ['new'])).not.toBe('verified');
    const [stripe] = cases.filter(({ scheme }) => scheme === 'stripe');
    const request = { ...stripe, body: Buffer.from(stripe?.body ?? '') };
    const both = `whsec_other, ${stripe?.secret ?? ''}`;
    expect(verdict({ verify: 'stripe' }, request, both)).toBe('verified');
  });

  it('take no text for base64 that is none: anybody could sign with an empty key', () => {
    const forged = (key: Buffer): Partial<WebhookRequest> => ({
      headers: {
        'webhook-id': 'm',
        'webhook-timestamp': String(now),
        'webhook-signature': `v1,${createHmac('sha256', key)
          .update(`m.${String(now)}.{"id":"1"}`)
          .digest('base64')}`,
      },
    });
    for (const secret of ['whsec_', '!!!!', '====', 'whsec_!'])
      expect(verdict({ verify: 'standard-webhooks' }, forged(Buffer.alloc(0)), secret)).toBe(
        'the secret of the config is no base64',
      );
  });

  it('let nobody cut what Standard Webhooks sign in another place', () => {
    const signed = `a.${String(now - 1)}.${String(now)}.{}`;
    const signature = `v1,${createHmac('sha256', Buffer.from('c2VjcmV0', 'base64')).update(signed).digest('base64')}`;
    const headers = (id: string): Record<string, string> => ({
      'webhook-id': id,
      'webhook-timestamp': String(now),
      'webhook-signature': signature,
    });
    const dotted = { headers: headers(`a.${String(now - 1)}`), body: Buffer.from('{}') };
    expect(verdict({ verify: 'standard-webhooks' }, dotted, 'c2VjcmV0')).toBe(
      'it has no webhook-id',
    );
  });
});

describe('hmac', () => {
  it.each([
    ['sha1', 'hex', ''],
    ['sha256', 'base64', 'sha256='],
    ['sha512', 'hex', 'v1:'],
  ] as const)('reads %s in %s after "%s"', (algorithm, encoding, prefix) => {
    const webhook = { verify: 'hmac', signature: { header: 'X-Mac', algorithm, encoding, prefix } };
    const good = prefix + mac('s', '{"id":"1"}', algorithm).digest(encoding);
    expect(verdict(webhook, { headers: { 'x-mac': good } }, 's')).toBe('verified');
    expect(verdict(webhook, { headers: { 'x-mac': good } }, 't')).toBe('its signature is wrong');
    expect(verdict(webhook, {}, 's')).toBe('it has no X-Mac');
  });

  it('signs the time before the body where there is one', () => {
    const signature = { header: 'X-Mac', timestampHeader: 'X-Time' };
    const at = (time: number, said = time): Record<string, string> => ({
      'x-time': String(said),
      'x-mac': mac('s', `${String(time)}.{"id":"1"}`).digest('hex'),
    });
    const webhook = { verify: 'hmac', signature };
    expect(verdict(webhook, { headers: at(now) }, 's')).toBe('verified');
    expect(verdict(webhook, { headers: at(now - 301) }, 's')).toBe('its timestamp is too old');
    expect(verdict(webhook, { headers: at(now + 301) }, 's')).toMatch(/in the future/u);
    expect(verdict(webhook, { headers: at(now, now - 1) }, 's')).toBe('its signature is wrong');
  });
});

describe('shared-secret', () => {
  const inHeader = { verify: 'shared-secret', signature: { header: 'X-Token' } };
  const inQuery = { verify: 'shared-secret', challenge: { token: 'token' } };

  it('comes in a header', () => {
    expect(verdict(inHeader, { headers: { 'x-token': 's3cret' } }, 's3cret')).toBe('verified');
    expect(verdict(inHeader, { headers: { 'x-token': 's3creT' } }, 's3cret')).toMatch(/wrong/u);
    const bearer = {
      ...inHeader,
      signature: { header: 'Authorization', prefix: 'Bearer ' },
    };
    const headers = { authorization: 'Bearer s3cret' };
    expect(verdict(bearer, { headers }, 's3cret')).toBe('verified');
    expect(verdict(inHeader, { url: `${url}?token=s3cret` }, 's3cret')).toBe('it has no X-Token');
  });

  it('comes in the query where the manifest says so, once', () => {
    expect(verdict(inQuery, { url: `${url}?token=s3cret` }, 's3cret')).toBe('verified');
    expect(verdict(inQuery, { url: `${url}?token=other` }, 's3cret')).toMatch(/wrong/u);
    expect(verdict(inQuery, { url: `${url}?token=x&token=s3cret` }, 's3cret')).toMatch(/not one/u);
    expect(verdict({ verify: 'shared-secret' }, {}, 's')).toMatch(/says not where/u);
  });

  it('answers the challenge of a provider that signs what it sends later', () => {
    const webhook = { ...hmacWebhook, challenge: { echo: 'hub.challenge', token: 'hub.verify' } };
    const get = { method: 'GET', url: `${url}?hub.challenge=5&hub.verify=s` };
    expect(verdict(webhook, get, 's')).toBe('verified');
    expect(verdict(webhook, { ...get, method: 'POST' }, 's')).toBe('it has no X-Signature');
  });
});

describe('mailgun', () => {
  const token = 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0'.slice(0, 50);
  const signature = (secret: string, time = String(now), of = token) => ({
    timestamp: time,
    token: of,
    signature: mac(secret, time + of).digest('hex'),
  });
  const event = (part: object) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ signature: part, 'event-data': { event: 'opened' } })),
  });

  it('signs its events in the body, and messages in the form', () => {
    expect(verdict({ verify: 'mailgun' }, event(signature('k')), 'k')).toBe('verified');
    const form = {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: Buffer.from(new URLSearchParams({ ...signature('k'), subject: 'Hi' }).toString()),
    };
    expect(verdict({ verify: 'mailgun' }, form, 'k')).toBe('verified');
    expect(verdict({ verify: 'mailgun' }, form, 'other')).toBe('its signature is wrong');
  });

  it('cannot be moved in time by cutting timestamp and token elsewhere', () => {
    const [time, of] = [String(now).slice(0, 9), String(now).slice(9) + token];
    const moved = { ...signature('k'), timestamp: time, token: of };
    expect(verdict({ verify: 'mailgun' }, { ...event(moved), now: Number(time) }, 'k')).toMatch(
      /no signature/u,
    );
    expect(verdict({ verify: 'mailgun' }, event(signature('k', String(now - 301))), 'k')).toMatch(
      /too old/u,
    );
  });
});

describe('sendgrid', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const signed = (body: string, time = String(now)) => ({
    body: Buffer.from(body),
    headers: {
      'x-twilio-email-event-webhook-timestamp': time,
      'x-twilio-email-event-webhook-signature': sign(
        'sha256',
        Buffer.from(time + body),
        pair.privateKey,
      ).toString('base64'),
    },
  });

  it('takes the public key as SendGrid shows it, and as PEM', () => {
    const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const key of [publicKey, pem, ['AAAA', publicKey]])
      expect(verdict({ verify: 'sendgrid' }, signed('[]'), key)).toBe('verified');
    expect(verdict({ verify: 'sendgrid' }, signed('[]', String(now - 301)), pem)).toMatch(/old/u);
  });

  it('takes no key of another kind', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
    const text = other.export({ type: 'spki', format: 'der' }).toString('base64');
    for (const key of [text, 'AAAA', 'no key'])
      expect(verdict({ verify: 'sendgrid' }, signed('[]'), key)).toMatch(/no public key/u);
  });
});

describe('telegram', () => {
  it('compares the header with the secret', () => {
    const headers = { 'x-telegram-bot-api-secret-token': 'abc_DEF-123' };
    expect(verdict({ verify: 'telegram' }, { headers }, 'abc_DEF-123')).toBe('verified');
    expect(verdict({ verify: 'telegram' }, { headers }, 'abc_DEF-124')).toBe('its secret is wrong');
  });
});

describe('twilio', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const signed = (signedUrl: string, fields: string) => ({
    ...form,
    'x-twilio-signature': mac('token', signedUrl + fields, 'sha1').digest('base64'),
  });

  it('takes the address with its port and without', () => {
    const body = Buffer.from('b=2&a=1');
    for (const signedUrl of [url, url.replace('.com/', '.com:443/')])
      expect(
        verdict({ verify: 'twilio' }, { headers: signed(signedUrl, 'a1b2'), body }, 'token'),
      ).toBe('verified');
    const own = 'http://127.0.0.1:4101/webhooks/c1?x=%20a';
    const headers = signed('http://127.0.0.1/webhooks/c1?x=%20a', '');
    const request = { url: own, headers, body: Buffer.alloc(0) };
    expect(verdict({ verify: 'twilio' }, request, 'token')).toBe('verified');
  });

  it('takes several values of a field', () => {
    const body = Buffer.from('MediaUrl=b&MediaUrl=a&MediaUrl=b&A=%2B1');
    const headers = signed(url, 'A+1MediaUrlaMediaUrlb');
    expect(verdict({ verify: 'twilio' }, { headers, body }, 'token')).toBe('verified');
  });
});

describe('microsoft-graph', () => {
  const batch = (...states: unknown[]) => ({
    body: Buffer.from(JSON.stringify({ value: states.map((clientState) => ({ clientState })) })),
  });

  it('wants the clientState of every notification', () => {
    const webhook = { verify: 'microsoft-graph' };
    expect(verdict(webhook, batch('s', 's'), 's')).toBe('verified');
    expect(verdict(webhook, batch('s', 'x', null), 's')).toMatch(/of 2 of its notifications/u);
    for (const body of ['{"value":[]}', '{}', '[]', 'null', '{"value":{}}', '{"value":[null]}'])
      expect(verdict(webhook, { body: Buffer.from(body) }, 's')).not.toBe('verified');
  });
});
