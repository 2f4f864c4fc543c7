import { entitySchemas } from '@made-open/contracts';
import { entityKinds, kindsWithParticipants, type EntityKind } from '../entities/entity-kind.ts';
import { listParameters } from '../entities/read-entities.ts';
import { searchParameters } from '../search/search-entities.ts';
import { streamParameters } from '../stream/stream-filter.ts';
import {
  entitySchema,
  linkedPersonSchema,
  pageSchema,
  participantsSchema,
} from './entity-schema.ts';
import {
  entityExamples,
  hitExample,
  linkedPersonExample,
  participantsExample,
  streamExample,
} from './examples.ts';
import { faxPaths } from './fax-operations.ts';
import { faxSchemas } from './fax-schema.ts';
import { fileOperation } from './file-operation.ts';
import { json } from './json-response.ts';
import type { ApiParameter, OpenApiDocument, Operation } from './open-api-types.ts';
import { outboundPaths } from './outbound-operations.ts';
import { outboundRequestSchema, outboundSchema } from './outbound-schema.ts';
import { inQuery } from './query-parameter.ts';
import { searchHitSchema, searchPageSchema } from './search-schema.ts';
import { problems, problemSchema, refusals } from './problem-responses.ts';

const description =
  'Search, read and follow the unified data of a space: persons, messages, conversations, calendar events and documents, whatever source they came from; send messages and faxes and place calls through its channels. ' +
  'An API key belongs to one space and has scopes; nothing outside its space can be seen. ' +
  'Lists come in pages. Every error is a problem as RFC 9457 has it, with a stable `code`.';

/** The description of the public API, as OpenAPI 3.1 has it. */
export function openApiDocument(): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'Made Open API', version: '1', description },
    servers: [{ url: '/' }],
    paths: {
      '/v1/search': { get: searchOperation() },
      '/v1/stream': { get: streamOperation() },
      ...Object.fromEntries(entityKinds.flatMap(entityPaths)),
      '/v1/persons/{id}/linked': { get: linkedPersonOperation() },
      ...Object.fromEntries(kindsWithParticipants.map(participantsPath)),
      '/v1/files/{id}': { get: fileOperation(ifNoneMatch) },
      '/v1/schemas/{type}': { get: schemaOperation() },
      ...Object.fromEntries([...outboundPaths('message'), ...outboundPaths('call'), ...faxPaths()]),
    },
    components: { securitySchemes, schemas: schemas(), responses: problems() },
  };
}

function searchOperation(): Operation {
  const facets = { type: [{ value: 'person', count: 1 }] };
  const page = { data: [hitExample], next_cursor: null, total: 1, facets };
  return {
    operationId: 'search',
    summary: 'Search everything in the space',
    tags: ['search'],
    security: [{ key: ['search:read'] }],
    parameters: Object.values(searchParameters).map(inQuery),
    responses: { '200': json('Hits, best first', 'SearchPage', page), ...refusals(400) },
  };
}

function streamOperation(): Operation {
  const schema = { type: 'string', description: 'Server-sent events, as HTML has them.' };
  return {
    operationId: 'streamEvents',
    summary: 'Listen to what changes in the space, as server-sent events',
    tags: ['events'],
    description:
      'The scope `events:read` is enough for all but the events `communication.*`, which need `messages:read` beside it: a key without it does not hear them.',
    security: [{ key: ['events:read'] }],
    parameters: [...Object.values(streamParameters).map(inQuery), lastEventId],
    responses: {
      '200': {
        description: 'Events, until the client closes the connection',
        content: { 'text/event-stream': { schema, example: streamExample } },
      },
      ...refusals(400),
    },
  };
}

const lastEventId: ApiParameter = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: '`id` of the last event that came: what came since then is sent first.',
  schema: { type: 'string', maxLength: 100 },
};

function schemaOperation(): Operation {
  return {
    operationId: 'getSchema',
    summary: 'Read the JSON Schema of the fields of a type of entity',
    tags: ['schemas'],
    security: [{ key: ['data:read'] }],
    parameters: [typeParameter],
    responses: {
      '200': {
        description: 'A JSON Schema, draft 2020-12',
        content: {
          'application/schema+json': {
            schema: { type: 'object', required: ['$id', 'title', 'properties'] },
            example: entitySchemas['document'],
          },
        },
      },
      ...refusals(404),
    },
  };
}

const typeParameter: ApiParameter = {
  name: 'type',
  in: 'path',
  required: true,
  description: 'Name of the type.',
  schema: { enum: Object.keys(entitySchemas) },
  example: 'person',
};

function entityPaths(kind: EntityKind): [string, { get: Operation }][] {
  const example = entityExamples[kind.type];
  const shared = { tags: [kind.path], security: [{ key: ['data:read' as const] }] };
  const list: Operation = {
    ...shared,
    operationId: `list${kind.name}s`,
    summary: `List ${kind.path}, a page at a time`,
    parameters: listParameters(kind).map(inQuery),
    responses: {
      '200': json('A page', `${kind.name}Page`, { data: [example], next_cursor: null }),
      ...refusals(400),
    },
  };
  const get: Operation = {
    ...shared,
    operationId: `get${kind.name}`,
    summary: `Read one of the ${kind.path}`,
    parameters: [idParameter, ifNoneMatch],
    responses: {
      '200': {
        ...json('The entity', kind.name, example),
        headers: { ETag: { description: 'Its version.', schema: { type: 'string' } } },
      },
      '304': { description: 'Unchanged: still the version of If-None-Match' },
      ...refusals(404),
    },
  };
  return [
    [`/v1/${kind.path}`, { get: list }],
    [`/v1/${kind.path}/{id}`, { get }],
  ];
}

function linkedPersonOperation(): Operation {
  return {
    operationId: 'getLinkedPerson',
    summary: 'Read which persons of the sources are one person',
    tags: ['persons'],
    security: [{ key: ['data:read'] }],
    parameters: [idParameter],
    responses: {
      '200': json('The person', 'LinkedPerson', linkedPersonExample),
      ...refusals(404),
    },
  };
}

function participantsPath({ name, path, type }: EntityKind): [string, { get: Operation }] {
  const get: Operation = {
    operationId: `get${name}Persons`,
    summary: `Read which persons the addresses of a ${type} belong to`,
    tags: [path],
    security: [{ key: ['data:read'] }],
    parameters: [idParameter],
    responses: {
      '200': json('Its addresses', 'Participants', participantsExample),
      ...refusals(404),
    },
  };
  return [`/v1/${path}/{id}/persons`, { get }];
}

const idParameter: ApiParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'Id of the entity.',
  schema: { type: 'string', format: 'uuid' },
};

const ifNoneMatch: ApiParameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETag of an earlier answer; while it is current, the answer is 304 without a body.',
  schema: { type: 'string' },
};

const securitySchemes = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key, `mop_…`, as an operator makes it with `POST /admin/v1/keys`. Scopes: `search:read`, `data:read`, `events:read`, `messages:send`, `messages:read`.',
  },
};

function schemas(): Record<string, object> {
  return {
    ...Object.fromEntries(
      entityKinds.flatMap((kind) => [
        [kind.name, entitySchema(kind)],
        [`${kind.name}Page`, pageSchema(kind.name)],
      ]),
    ),
    Source: {
      type: 'object',
      description: 'Where an entity comes from.',
      required: ['connection_id', 'plugin_id', 'external_id'],
      properties: {
        connection_id: { type: 'string' },
        plugin_id: { type: 'string' },
        external_id: { type: 'string', description: 'Its id at the source.' },
        updated_at: { type: 'string', format: 'date-time', description: 'As the source says.' },
      },
    },
    LinkedPerson: linkedPersonSchema,
    Participants: participantsSchema,
    SearchHit: searchHitSchema,
    SearchPage: searchPageSchema(),
    OutboundMessage: outboundSchema('message'),
    OutboundMessagePage: pageSchema('OutboundMessage'),
    OutboundMessageRequest: outboundRequestSchema('message'),
    OutboundCall: outboundSchema('call'),
    OutboundCallPage: pageSchema('OutboundCall'),
    OutboundCallRequest: outboundRequestSchema('call'),
    ...faxSchemas,
    FaxPage: pageSchema('Fax'),
    Problem: problemSchema,
  };
}
