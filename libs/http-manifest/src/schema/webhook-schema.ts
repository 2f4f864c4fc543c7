import {
  choice,
  exactly,
  line,
  list,
  object,
  oneOf,
  ref,
  text,
  whole,
  type Schema,
} from './kinds.ts';

const credential = (description: string): Schema => ref('CredentialRef', description);
const header = (description: string): Schema =>
  text(description, { max: 100, pattern: '^[A-Za-z0-9-]{1,100}$' });
const path = (description: string): Schema => text(description, { min: 1, max: 400 });
const signedPayload = list('what is signed, one part after the other', ref('SignedPart'), {
  min: 1,
  max: 32,
});
const signature = ref('SignaturePlace', 'where the signature is');
const timestamp = ref('TimestampPlace', 'where the time is, which must be near');

const verifications = [
  object(
    'HMAC over parts of the request.',
    {
      scheme: exactly('hmac'),
      algorithm: oneOf('hash of the HMAC', ['sha1', 'sha256', 'sha512']),
      key: credential('the key'),
      signed_payload: signedPayload,
      signature,
      timestamp,
    },
    ['scheme', 'algorithm', 'key', 'signed_payload', 'signature'],
  ),
  object(
    'A signature that a public key proves.',
    {
      scheme: exactly('signature'),
      algorithm: oneOf('kind of the key', ['ecdsa-p256-sha256', 'ed25519']),
      public_key: credential('the public key'),
      signed_payload: signedPayload,
      signature,
      timestamp,
    },
    ['scheme', 'algorithm', 'public_key', 'signed_payload', 'signature'],
  ),
  object(
    'Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature.',
    { scheme: exactly('standard_webhooks'), secret: credential('the secret') },
    ['scheme', 'secret'],
  ),
  object(
    'A header that holds a secret.',
    {
      scheme: exactly('shared_secret'),
      header: header('its name'),
      value: credential('the secret'),
    },
    ['scheme', 'header', 'value'],
  ),
  object(
    'HTTP Basic.',
    {
      scheme: exactly('basic'),
      username: credential('user name'),
      password: credential('password'),
    },
    ['scheme', 'username', 'password'],
  ),
  object(
    'Nothing proves the sender. Refused where the platform runs under the HIPAA profile.',
    { scheme: exactly('none'), reason: line('why, for those who approve it', 500) },
    ['scheme', 'reason'],
  ),
];

const message = object(
  'a message that came in',
  {
    when: ref('Condition', 'of the event; every one unless given'),
    external_id: ref('Extractor', "the provider's id of it"),
    from: ref('Extractor', 'who sent it'),
    to: ref('Extractor', 'to whom'),
    body: ref('Extractor', 'its text'),
    received_at: ref('Extractor', 'when'),
  },
  ['external_id'],
);

/** What the provider sends by itself, and how it is proven. */
export const webhookDefinitions = {
  Webhook: object(
    'What the provider sends by itself.',
    {
      method: oneOf('POST unless given', ['POST', 'GET', 'PUT']),
      content_type: list('media types that it sends', line('a media type', 100), { max: 8 }),
      verification: ref('Verification'),
      challenge: object(
        'how the provider tries the address out; answered when the sender is proven',
        {
          when: ref('Condition'),
          respond: path('where in the body the text is that it wants back'),
        },
        ['when', 'respond'],
      ),
      event: ref('Extractor', 'what kind of event it is'),
      split: path('a list, for example `$[*]`, of which each entry is an event of its own'),
      correlate: object('which job it is about', {
        job_id: ref('Extractor', 'our id of the job'),
        provider_job_id: ref('Extractor', "the provider's id of the job"),
      }),
      dedupe_key: ref('Extractor', 'what deliveries are told apart by'),
      status: ref('Extractor', "the provider's word for how the job stands"),
      status_map: ref('StatusMap'),
      error: ref('Extractor', 'what went wrong, in words'),
      files: list('files that come along', ref('WebhookFile'), { max: 8 }),
      message,
      map: ref('EntityMap', 'an entity that it brings'),
      respond: object('what is answered; 200 without a body unless given', {
        status: whole('HTTP status', 200, 299),
        body: text('the body', { max: 4096 }),
        content_type: line('its media type', 100),
      }),
    },
    ['verification'],
  ),
  WebhookFile: object(
    'A file that comes along.',
    {
      name: line('name that it is kept under', 200),
      source: oneOf('a part of a multipart body, or Base64 in JSON', ['part', 'base64']),
      path: path('name of the part, or path of the text'),
      content_type: line('its media type', 100),
    },
    ['name', 'source', 'path'],
  ),
  Verification: choice('What proves that the provider has sent it.', 'scheme', verifications),
  SignedPart: {
    description: 'A part of what a delivery is signed over.',
    anyOf: [
      oneOf('a part of the request', [
        'raw_body',
        'url',
        'method',
        'path',
        'query',
        'sorted_form_params',
        'sorted_file_sha1',
        'timestamp',
        'body_sha256',
      ]),
      object("a header's value", { header: header('its name') }, ['header']),
      object('a fixed text', { literal: text('the text', { max: 200 }) }, ['literal']),
      object('a value of the body', { body_path: path('where it is') }, ['body_path']),
    ],
  },
  SignaturePlace: {
    ...object(
      'Where a signature is.',
      {
        header: header('name of the header'),
        body_path: path('path in the body'),
        prefix: text('what stands before it, for example `v0=`', { max: 64 }),
        encoding: oneOf('how it is written', ['hex', 'base64']),
      },
      ['encoding'],
    ),
    oneOf: [{ required: ['header'] }, { required: ['body_path'] }],
  },
  TimestampPlace: {
    ...object('Where the time of a delivery is.', {
      header: header('name of the header'),
      body_path: path('path in the body'),
      unit: oneOf('seconds unless given', ['s', 'ms']),
      tolerance_ms: whole('how old it may be; 300000 unless given', 1000, 3_600_000),
    }),
    oneOf: [{ required: ['header'] }, { required: ['body_path'] }],
  },
};
