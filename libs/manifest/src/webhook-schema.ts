import { integer, label, line, section } from './schema-parts.ts';

/** How a webhook's payload is proven to come from the provider. */
export const webhookSchemes = [
  'standard-webhooks',
  'github',
  'slack',
  'stripe',
  'twilio',
  'mailgun',
  'sendgrid',
  'telegram',
  'microsoft-graph',
  'hmac',
  'public-key',
  'shared-secret',
  'basic',
  'none',
] as const;

const headerName = (description: string): object => ({
  type: 'string',
  pattern: '^[A-Za-z0-9-]{1,100}$',
  description,
});

const fieldPaths = (description: string): object => ({
  type: 'array',
  minItems: 1,
  maxItems: 8,
  items: line(200, 'names joined by dots, for example message.chat.id'),
  description,
});

/** What a signature may be made over; objects take a header, a text of the manifest or a field of the body. */
export const signedParts = [
  'raw_body',
  'body_sha256',
  'url',
  'method',
  'path',
  'query',
  'timestamp',
  'sorted_form_params',
  'sorted_file_sha1',
] as const;

const signedPart = {
  anyOf: [
    { enum: signedParts },
    {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        header: headerName('the value of a header'),
        literal: line(100, 'a text that is the same each time'),
        field: line(200, 'a field of the body, its names joined by dots'),
      },
    },
  ],
};

/** One entry of `webhooks`. */
export const webhookSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['verify'],
  properties: {
    name: {
      type: 'string',
      pattern: `^${label}$`,
      description: 'last part of /webhooks/<connection>/<name>; leave it out for the bare path',
    },
    verify: { enum: webhookSchemes },
    secret: line(100, 'the configSchema property that holds the secret, or the public key'),
    generateSecret: {
      type: 'boolean',
      description: 'the platform makes the secret when the config has none',
    },
    signature: section(
      {
        header: headerName('the header that proves the sender'),
        algorithm: { enum: ['sha1', 'sha256', 'sha512'] },
        encoding: { enum: ['hex', 'base64'] },
        prefix: line(32, 'what stands before the signature, for example sha256='),
        timestampHeader: headerName(
          'holds the time of the request; without parts it is signed before the body with a dot between',
        ),
        field: line(200, 'the field of the body that proves the sender, instead of a header'),
        timestampField: line(200, 'the field of the body that holds the time of the request'),
        timestampUnit: { enum: ['s', 'ms'], description: 's unless given' },
        toleranceSeconds: integer(1, 86_400, 'how old a request may be; 300 unless given'),
        parts: {
          type: 'array',
          minItems: 1,
          maxItems: 16,
          items: signedPart,
          description: 'what is signed, one after the other; the body unless given',
        },
      },
      'of verify hmac and public-key, and the header of shared-secret',
    ),
    username: line(100, 'of verify basic: the configSchema property that holds the user name'),
    deliveryId: section(
      {
        header: headerName('tells deliveries apart'),
        fields: fieldPaths('fields of the body that tell deliveries apart together'),
      },
      'what the provider tells its deliveries apart by, where its scheme does not say',
    ),
    conversationKey: fieldPaths(
      'fields of the body; deliveries that agree in them are handled one after the other',
    ),
    response: section(
      {
        status: integer(200, 299, '200 unless given'),
        contentType: line(100, 'text/plain unless given'),
        body: { type: 'string', maxLength: 4096 },
      },
      'what is answered at once',
    ),
    challenge: section(
      {
        echo: line(100, 'the query parameter of a GET that is answered as text'),
        token: line(100, 'the query parameter that must equal the secret'),
        field: line(200, 'the field of a proven POST that is answered as text'),
        when: {
          ...section(
            {
              field: line(200, 'names joined by dots, for example type'),
              equals: line(200, 'its text'),
            },
            'which POST tries out the address',
          ),
          required: ['field', 'equals'],
        },
      },
      'how the provider tries out the address',
    ),
    subscription: section(
      {
        renewBeforeSeconds: integer(60, 2_592_000, 'how long before its end it is renewed'),
      },
      'the plugin asks for these deliveries at the source: it exports subscribe and unsubscribe',
    ),
    description: line(500, 'one line'),
  },
};
