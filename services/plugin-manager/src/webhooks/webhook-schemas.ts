import { kinds, objectSchema, ref } from '../problem-schema.ts';

const { text, orNull } = kinds;

const id = '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11';
const example = {
  name: 'sms',
  url: `https://api.example.com/webhooks/${id}/sms`,
  verify: 'twilio',
  signature: null,
  description: 'messages that came in',
  needs: null,
};

/** Schemas of what the routes of webhooks answer. */
export const webhookSchemas = {
  Webhook: objectSchema(
    {
      name: { ...text, description: 'empty for the bare path' },
      url: {
        ...text,
        description:
          'where the source sends to; `<token>` stands for the token that was shown when it was made',
      },
      verify: { ...text, description: 'how the sender proves itself' },
      signature: {
        oneOf: [
          {
            type: 'object',
            properties: {
              header: orNull(text),
              algorithm: text,
              encoding: text,
              prefix: text,
              timestamp_header: orNull(text),
              query: orNull(text),
            },
          },
          { type: 'null' },
        ],
        description:
          'where the proof stands and how it is written, as the manifest says for hmac and shared-secret; null for the others',
      },
      description: text,
      needs: {
        oneOf: [ref('Reason'), { type: 'null' }],
        description: 'what is missing before anything comes in; null for nothing',
      },
    },
    example,
  ),
  WebhookToken: objectSchema(
    {
      token: { ...text, description: 'shown this once' },
      webhooks: { type: 'array', items: ref('Webhook') },
    },
    {
      token: 'Jz0B1dJ1o0pYd3r2Y9cJ3Zz7w8uXr9dGm0h3m1q5s6A',
      webhooks: [
        {
          ...example,
          name: '',
          url: `https://api.example.com/webhooks/${id}~Jz0B1dJ1o0pYd3r2Y9cJ3Zz7w8uXr9dGm0h3m1q5s6A`,
          verify: 'none',
        },
      ],
    },
  ),
};
