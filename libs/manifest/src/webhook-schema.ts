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
  'shared-secret',
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
          'holds seconds since 1970, which are signed before the body with a dot between',
        ),
      },
      'of verify hmac, and the header of shared-secret',
    ),
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
