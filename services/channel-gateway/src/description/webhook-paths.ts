import type { OpenApiDocument } from './open-api-types.ts';

/**
 * The API with the addresses that providers send to. They are no part of what clients with keys do: who proves to be the
 * provider is let in.
 */
export function withWebhooks(document: OpenApiDocument): object {
  const tags = ['webhooks'];
  const paths = {
    '/webhooks/{connection}': {
      parameters: [connection],
      post: { operationId: 'receiveWebhook', tags, ...received },
      get: { operationId: 'answerChallenge', tags, ...challenged },
    },
    '/webhooks/{connection}/{name}': {
      parameters: [connection, name],
      post: { operationId: 'receiveNamedWebhook', tags, ...received },
      get: { operationId: 'answerNamedChallenge', tags, ...challenged },
    },
  };
  return { ...document, paths: { ...document.paths, ...paths } };
}

const connection = {
  name: 'connection',
  in: 'path',
  required: true,
  description:
    'Id of the connection; `<id>~<token>` for a webhook whose sender proves itself by its address.',
  schema: { type: 'string', maxLength: 201 },
};

const name = {
  name: 'name',
  in: 'path',
  required: true,
  description: 'Name of the webhook in the manifest of the plugin.',
  schema: { type: 'string' },
};

const refused = {
  '401': problem('Nothing proves that the provider sent it'),
  '404': problem('There is no such webhook'),
  '429': { $ref: '#/components/responses/TooManyRequests' },
  '503': { $ref: '#/components/responses/Unavailable' },
  default: { $ref: '#/components/responses/OtherProblem' },
};

const text = { 'text/plain': { schema: { type: 'string' } } };

const received = {
  summary: 'Take a delivery of a provider',
  description:
    'Answered with 2xx only once it is stored; it reaches the plugin later, and once, however often it is sent. ' +
    'Up to 512 KiB of any media type. The answer is the one that the manifest declares.',
  security: [],
  requestBody: {
    required: true,
    content: { '*/*': { schema: { type: 'string', maxLength: 524_288 } } },
  },
  responses: {
    '200': { description: 'It is stored, or was before; or the challenge', content: text },
    ...refused,
    '413': problem('It is larger than 512 KiB'),
  },
};

const challenged = {
  summary: 'Answer a provider that tries out the address, where the manifest says how',
  security: [],
  responses: { '200': { description: 'What it wants to hear', content: text }, ...refused },
};

function problem(description: string): object {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema } } };
}
