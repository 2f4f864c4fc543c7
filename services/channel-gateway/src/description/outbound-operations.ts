import { outboundParameters } from '../outbound/api/outbound-parameters.ts';
import type { ChannelKind } from '../outbound/outbound.ts';
import { json } from './json-response.ts';
import type { ApiParameter, Operation, PathItem } from './open-api-types.ts';
import { acceptedExample, outboundExamples, outboundRequestExamples } from './outbound-examples.ts';
import { inQuery } from './query-parameter.ts';
import { refusals } from './problem-responses.ts';

const names = { message: 'OutboundMessage', call: 'OutboundCall' } as const;
const verbs = { message: 'Send a message', call: 'Place a call' } as const;

/** The paths with which messages are sent, or calls placed. */
export function outboundPaths(kind: ChannelKind): [string, PathItem][] {
  const list = `/v1/channels/{connection}/${kind}s`;
  return [
    [list, { get: listOperation(kind), post: sendOperation(kind) }],
    [`${list}/{id}`, { get: getOperation(kind), delete: cancelOperation(kind) }],
  ];
}

function sendOperation(kind: ChannelKind): Operation {
  const schema = { $ref: `#/components/schemas/${names[kind]}Request` };
  return {
    ...shared(kind, 'messages:send'),
    operationId: `send${names[kind]}`,
    summary: `${verbs[kind]} through a channel, once for each Idempotency-Key`,
    parameters: [connectionParameter, keyParameter],
    requestBody: {
      required: true,
      content: { 'application/json': { schema, example: outboundRequestExamples[kind] } },
    },
    responses: {
      '202': {
        ...json('Accepted, or what the key was answered first', names[kind], acceptedExample(kind)),
        headers: {
          Location: { description: 'Where it stands.', schema: { type: 'string' } },
          'Idempotency-Key': { description: 'As given, or made.', schema: { type: 'string' } },
        },
      },
      ...refusals(400, 404, 409, 422),
    },
  };
}

function listOperation(kind: ChannelKind): Operation {
  const page = { data: [outboundExamples[kind]], next_cursor: null };
  return {
    ...shared(kind, 'messages:read'),
    operationId: `list${names[kind]}s`,
    summary: `List ${kind}s that were sent through a channel, the newest first`,
    parameters: [connectionParameter, ...Object.values(outboundParameters).map(inQuery)],
    responses: { '200': json('A page', `${names[kind]}Page`, page), ...refusals(400) },
  };
}

function getOperation(kind: ChannelKind): Operation {
  return {
    ...shared(kind, 'messages:read'),
    operationId: `get${names[kind]}`,
    summary: `Read how a ${kind} stands`,
    parameters: [connectionParameter, idParameter],
    responses: {
      '200': json(`The ${kind}`, names[kind], outboundExamples[kind]),
      ...refusals(404),
    },
  };
}

function cancelOperation(kind: ChannelKind): Operation {
  const example = { ...acceptedExample(kind), state: 'cancelled', next_try_at: null };
  return {
    ...shared(kind, 'messages:send'),
    operationId: `cancel${names[kind]}`,
    summary: `Cancel a ${kind} that is still queued`,
    parameters: [connectionParameter, idParameter],
    responses: { '200': json('Cancelled', names[kind], example), ...refusals(404, 409) },
  };
}

function shared(kind: ChannelKind, scope: 'messages:send' | 'messages:read') {
  return { tags: [`${kind}s through channels`], security: [{ key: [scope] }] };
}

const connectionParameter: ApiParameter = {
  name: 'connection',
  in: 'path',
  required: true,
  description: 'Id of a connection of a channel.',
  schema: { type: 'string' },
};

const idParameter: ApiParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'Its id.',
  schema: { type: 'string', format: 'uuid' },
};

const keyParameter: ApiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Of your own making, a new one for each message: a request that comes again with it within a day sends nothing and is answered as the first one.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
};
