import type { ManifestSignature } from '@made-open/manifest';
import { readForm } from '@made-open/nest';
import { createHash, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { aRequest, now, url } from '../../../test/webhook-builders.ts';
import { verifyRequest } from '../schemes.ts';
import type { WebhookDeclaration, WebhookRequest } from '../webhook-request.ts';

const mac = (algorithm: string, key: string, ...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHmac(algorithm, key));

async function verdict(
  webhook: WebhookDeclaration,
  request: Partial<WebhookRequest>,
  secret = 'k3y-of-the-provider',
): Promise<string> {
  const whole = aRequest(request);
  const form = await readForm(whole.headers['content-type'] ?? '', whole.body);
  const { verified, reason } = verifyRequest(webhook, { ...whole, form }, [secret]);
  return verified ? 'verified' : reason;
}

interface Provider {
  readonly webhook: WebhookDeclaration;
  readonly request: Pick<WebhookRequest, 'headers' | 'body'> & Partial<WebhookRequest>;
  readonly proof: string;
  readonly isTimed?: boolean;
}

const key = 'k3y-of-the-provider';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const signedBy = (signature: ManifestSignature): WebhookDeclaration => ({
  verify: 'hmac',
  signature,
});

/** Phaxio: HMAC-SHA1 of address, sorted fields, and names with the SHA-1 of files. */
function phaxio(): Provider {
  const file = Buffer.from('%PDF-1.7 fax');
  const body = Buffer.from(
    [
      '--b\r\nContent-Disposition: form-data; name="success"\r\n\r\ntrue',
      '--b\r\nContent-Disposition: form-data; name="fax"\r\n\r\n{"id":42}',
      `--b\r\nContent-Disposition: form-data; name="file"; filename="f.pdf"\r\nContent-Type: application/pdf\r\n\r\n${file.toString()}`,
      '--b--\r\n',
    ].join('\r\n'),
  );
  const sha1 = createHash('sha1').update(file).digest('hex');
  const proof = mac('sha1', key, url, 'fax{"id":42}successtrue', `file${sha1}`).digest('hex');
  return {
    webhook: signedBy({
      header: 'X-Phaxio-Signature',
      algorithm: 'sha1',
      parts: ['url', 'sorted_form_params', 'sorted_file_sha1'],
    }),
    request: {
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'x-phaxio-signature': proof },
      body,
    },
    proof,
  };
}

function signalWireForm(): Provider {
  const proof = mac('sha1', key, url, 'FaxSidFX1FaxStatusdelivered').digest('base64');
  return {
    webhook: signedBy({
      header: 'X-SignalWire-Signature',
      algorithm: 'sha1',
      encoding: 'base64',
      parts: ['url', 'sorted_form_params'],
    }),
    request: {
      headers: { ...form, 'x-signalwire-signature': proof },
      body: Buffer.from('FaxStatus=delivered&FaxSid=FX1'),
    },
    proof,
  };
}

function signalWireJson(): Provider {
  const body = Buffer.from('{"FaxSid":"FX1"}');
  const proof = mac('sha1', key, url, body).digest('hex');
  return {
    webhook: signedBy({
      header: 'X-SignalWire-Signature',
      algorithm: 'sha1',
      parts: ['url', 'raw_body'],
    }),
    request: { headers: { ...json, 'x-signalwire-signature': proof }, body },
    proof,
  };
}

function slack(): Provider {
  const body = Buffer.from('{"event_id":"Ev1"}');
  const proof = `v0=${mac('sha256', key, `v0:${String(now)}:`, body).digest('hex')}`;
  return {
    webhook: signedBy({
      header: 'X-Slack-Signature',
      prefix: 'v0=',
      timestampHeader: 'X-Slack-Request-Timestamp',
      parts: [{ literal: 'v0:' }, 'timestamp', { literal: ':' }, 'raw_body'],
    }),
    request: {
      headers: { ...json, 'x-slack-signature': proof, 'x-slack-request-timestamp': String(now) },
      body,
    },
    proof,
    isTimed: true,
  };
}

function mailgun(): Provider {
  const token = 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0';
  const proof = mac('sha256', key, String(now), token).digest('hex');
  const signature = { timestamp: String(now), token, signature: proof };
  return {
    webhook: signedBy({
      field: 'signature.signature',
      timestampField: 'signature.timestamp',
      parts: [{ field: 'signature.timestamp' }, { field: 'signature.token' }],
    }),
    request: { headers: json, body: Buffer.from(JSON.stringify({ signature })) },
    proof,
    isTimed: true,
  };
}

function inMilliseconds(): Provider {
  const body = Buffer.from('{"id":"1"}');
  const digest = createHash('sha256').update(body).digest('hex');
  const time = `${String(now)}123`;
  const path = new URL(url).pathname;
  const proof = mac('sha512', key, `POST${path}x=1`, time, 'id-7', digest).digest('hex');
  return {
    webhook: signedBy({
      header: 'X-Mac',
      algorithm: 'sha512',
      timestampHeader: 'X-Time',
      timestampUnit: 'ms',
      parts: ['method', 'path', 'query', 'timestamp', { header: 'X-Id' }, 'body_sha256'],
    }),
    request: {
      url: `${url}?x=1`,
      headers: { ...json, 'x-mac': proof, 'x-time': time, 'x-id': 'id-7' },
      body,
    },
    proof,
    isTimed: true,
  };
}

const providers: readonly (readonly [string, Provider])[] = [
  ['Phaxio', phaxio()],
  ['SignalWire with a form', signalWireForm()],
  ['SignalWire with JSON', signalWireJson()],
  ['Slack', slack()],
  ['Mailgun', mailgun()],
  ['all other parts', inMilliseconds()],
];

describe('hmac over the parts that a manifest lists', () => {
  it.each(providers)('takes %s', async (_name, { webhook, request }) => {
    expect(await verdict(webhook, request)).toBe('verified');
  });

  it.each(providers)('refuses %s with another key', async (_name, { webhook, request }) => {
    expect(await verdict(webhook, request, 'another')).toBe('its signature is wrong');
  });

  it.each(providers)('refuses %s without its proof', async (_name, { webhook, request, proof }) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([, value]) => value !== proof),
    );
    const body = Buffer.from(request.body.toString().replaceAll(proof, ''));
    expect(await verdict(webhook, { ...request, headers, body })).not.toBe('verified');
  });

  it.each(providers.filter(([, { isTimed }]) => isTimed !== true))(
    'refuses %s at another address, or with another byte',
    async (_name, { webhook, request }) => {
      const elsewhere = { ...request, url: `${url}?a=1` };
      expect(await verdict(webhook, elsewhere)).toBe('its signature is wrong');
      const text = request.body.toString();
      for (const [from, to] of [
        ['42', '43'],
        ['FX1', 'FX2'],
        ['1.7 fax', '1.7 faX'],
      ] as const)
        if (text.includes(from))
          expect(
            await verdict(webhook, { ...request, body: Buffer.from(text.replace(from, to)) }),
          ).toBe('its signature is wrong');
    },
  );

  it.each(providers.filter(([, { isTimed }]) => isTimed === true))(
    'refuses %s when it comes again later',
    async (_name, { webhook, request }) => {
      expect(await verdict(webhook, { ...request, now: now + 301 })).toBe(
        'its timestamp is too old',
      );
      const patient = { ...webhook, signature: { ...webhook.signature, toleranceSeconds: 900 } };
      expect(await verdict(patient, { ...request, now: now + 301 })).toBe('verified');
    },
  );

  it('refuses a request that lacks what is signed', async () => {
    const { webhook, request } = inMilliseconds();
    const { 'x-id': _id, ...headers } = request.headers;
    expect(await verdict(webhook, { ...request, headers })).toBe(
      'it has no {"header":"X-Id"}, which is signed',
    );
  });

  it('does not take a form whose files nobody signed for one without', async () => {
    const { webhook, request } = phaxio();
    const cut = Buffer.from(request.body.toString().replace('--b--\r\n', ''));
    expect(await verdict(webhook, { ...request, body: cut })).toMatch(/is no form/u);
  });
});

describe('public-key', () => {
  const webhook = {
    verify: 'public-key',
    signature: {
      header: 'X-Signature',
      encoding: 'base64',
      timestampHeader: 'X-Time',
      parts: ['timestamp', 'raw_body'],
    },
  } as const;
  const body = Buffer.from('[{"event":"delivered"}]');
  const request = (privateKey: KeyObject, digest?: string) => ({
    body,
    headers: {
      'x-time': String(now),
      'x-signature': sign(
        digest,
        Buffer.concat([Buffer.from(String(now)), body]),
        privateKey,
      ).toString('base64'),
    },
  });
  const [p256, ed25519] = [
    generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
    generateKeyPairSync('ed25519'),
  ];
  const raw = Buffer.from(ed25519.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');

  it.each([
    [
      'P-256 in base64',
      p256,
      'sha256',
      p256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    ],
    ['P-256 as PEM', p256, 'sha256', p256.publicKey.export({ type: 'spki', format: 'pem' })],
    [
      'Ed25519 as PEM',
      ed25519,
      undefined,
      ed25519.publicKey.export({ type: 'spki', format: 'pem' }),
    ],
    ['Ed25519 in hexadecimal', ed25519, undefined, raw.toString('hex')],
    ['Ed25519 in base64', ed25519, undefined, raw.toString('base64')],
  ])('takes a key of %s', async (_name, { privateKey }, digest, publicKey) => {
    const signed = request(privateKey, digest);
    expect(await verdict(webhook, signed, publicKey.toString())).toBe('verified');
    const other = { ...signed, body: Buffer.from('[{"event":"dropped"}]') };
    expect(await verdict(webhook, other, publicKey.toString())).toBe('its signature is wrong');
  });

  it('takes no key of another kind', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const text = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(await verdict(webhook, request(p256.privateKey, 'sha256'), text)).toMatch(/no public/u);
  });
});

describe('basic', () => {
  const webhook = { verify: 'basic' };
  const given = (text: string) => ({
    headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
  });

  it('compares user name and password', async () => {
    expect(await verdict(webhook, given('hook:s3:cret'), 'hook:s3:cret')).toBe('verified');
    for (const text of ['hook:s3:cre', 'hook', 'Hook:s3:cret', ':', ''])
      expect(await verdict(webhook, given(text), 'hook:s3:cret')).not.toBe('verified');
    expect(await verdict(webhook, {}, 'hook:s3:cret')).toBe('it has no user name and password');
  });
});
