import { faxParameters } from '../outbound/faxes/api/fax-parameters.ts';
import { acceptedFaxExample, faxExample } from './fax-schema.ts';
import { json } from './json-response.ts';
import type { ApiParameter, Operation, PathItem } from './open-api-types.ts';
import { refusals } from './problem-responses.ts';
import { inQuery } from './query-parameter.ts';

/** The paths with which faxes are sent. */
export function faxPaths(): [string, PathItem][] {
  return [
    ['/v1/faxes', { get: listOperation(), post: sendOperation() }],
    ['/v1/faxes/{id}', { get: getOperation() }],
    ['/v1/faxes/{id}/cancel', { post: cancelOperation() }],
    ['/v1/faxes/{id}/file', { get: fileOperation() }],
  ];
}

function sendOperation(): Operation {
  const example = { to: '+442079460000', file_id: 'ab'.repeat(32) };
  return {
    ...shared('messages:send'),
    operationId: 'sendFax',
    summary: 'Send a fax, once for each Idempotency-Key',
    description:
      'Through the connection that is named, or through the active provider of the slot `outbound`; never through another one. A text in UTF-8 is set as a PDF.',
    parameters: [keyParameter],
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/FaxRequest' }, example },
        'multipart/form-data': {
          schema: { $ref: '#/components/schemas/FaxForm' },
          example: { to: '+442079460000', file: '(a PDF)' },
        },
      },
    },
    responses: {
      '202': {
        ...json('Accepted, or what the key was answered first', 'Fax', acceptedFaxExample),
        headers: {
          Location: { description: 'Where it stands.', schema: { type: 'string' } },
          'Idempotency-Key': { description: 'As given, or made.', schema: { type: 'string' } },
        },
      },
      ...refusals(400, 404, 409, 422),
    },
  };
}

function listOperation(): Operation {
  const page = { data: [faxExample], next_cursor: null };
  return {
    ...shared('messages:read'),
    operationId: 'listFaxes',
    summary: 'List faxes, the newest first',
    parameters: Object.values(faxParameters).map(inQuery),
    responses: { '200': json('A page', 'FaxPage', page), ...refusals(400) },
  };
}

function getOperation(): Operation {
  return {
    ...shared('messages:read'),
    operationId: 'getFax',
    summary: 'Read how a fax stands',
    parameters: [idParameter],
    responses: { '200': json('The fax', 'Fax', faxExample), ...refusals(404) },
  };
}

function cancelOperation(): Operation {
  const cancelled = { ...acceptedFaxExample, state: 'cancelled', next_try_at: null };
  return {
    ...shared('messages:send'),
    operationId: 'cancelFax',
    summary: 'Cancel a fax',
    description: 'What is queued is cancelled at once; of what the provider has, it is asked.',
    parameters: [idParameter],
    responses: {
      '200': json('Cancelled', 'Fax', cancelled),
      '202': json('The provider is asked', 'Fax', { ...faxExample, cancelling: true }),
      ...refusals(404, 409),
    },
  };
}

function fileOperation(): Operation {
  return {
    ...shared('messages:read'),
    operationId: 'getFaxFile',
    summary: 'Read the PDF of a fax',
    parameters: [idParameter],
    responses: {
      '200': {
        description: 'The PDF',
        content: {
          'application/pdf': { schema: { type: 'string', format: 'binary' }, example: '%PDF-1.7' },
        },
      },
      ...refusals(404),
    },
  };
}

function shared(scope: 'messages:send' | 'messages:read') {
  return { tags: ['faxes'], security: [{ key: [scope] }] };
}

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
    'Of your own making, a new one for each fax: a request that comes again with it within a day sends nothing and is answered as the first one.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
};
