import { build } from '../build.ts';
import { draftOf } from './draft-of.ts';
import { readOpenApi } from './read-open-api.ts';

const document = {
  openapi: '3.1.0',
  info: { title: 'Acme Fax API', version: '2' },
  servers: [{ url: 'https://api.acme.example/v2/' }],
  security: [{ key: [] }],
  components: {
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
    parameters: {
      faxId: { name: 'faxId', in: 'path', required: true, schema: { type: 'string' } },
    },
    schemas: {
      Fax: {
        type: 'object',
        properties: { fax: { $ref: '#/components/schemas/FaxBody' } },
      },
      FaxBody: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          status: { type: 'string' },
          parent: { $ref: '#/components/schemas/Fax' },
        },
      },
      NewFax: {
        type: 'object',
        required: ['to', 'document', 'quality'],
        properties: {
          to: { type: 'string' },
          from: { type: 'string' },
          document: { type: 'string', format: 'binary' },
          quality: { type: 'string' },
          notes: { type: 'string' },
        },
      },
    },
  },
  paths: {
    '/faxes': {
      post: {
        operationId: 'sendFax',
        summary: 'Send a fax',
        requestBody: {
          content: { 'multipart/form-data': { schema: { $ref: '#/components/schemas/NewFax' } } },
        },
        responses: {
          201: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Fax' } } },
          },
        },
      },
    },
    '/faxes/{faxId}': {
      parameters: [{ $ref: '#/components/parameters/faxId' }],
      get: {
        responses: {
          200: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Fax' } } },
          },
        },
      },
    },
  },
};

const wanted = [
  { operation: 'sendFax', action: 'send_fax' },
  { operation: 'GET /faxes/{faxId}', action: 'get_status' },
];

describe('draftOf', () => {
  it('makes actions of operations, with addresses, proofs and places of values', () => {
    const input = draftOf(readOpenApi(document), wanted);
    expect(input).toMatchObject({
      basics: { id: 'acme-fax-api', name: 'Acme Fax API' },
      connection: {
        base_url: 'https://api.acme.example/v2',
        auth: { scheme: 'api_key_header', header_name: 'X-Key', value: 'creds.api_key' },
      },
      settings: [{ key: 'quality', required: true }],
      actions: {
        send_fax: {
          method: 'POST',
          url: '/faxes',
          body: {
            kind: 'multipart',
            parts: [
              { name: 'to', value: '{{ to }}' },
              { name: 'from', value: '{{ from }}', omit_empty: true },
              { name: 'document', file: 'file' },
              { name: 'quality', value: '{{ settings.quality }}' },
            ],
          },
          response: { job_id: 'fax.id', status: 'fax.status' },
        },
        get_status: {
          method: 'GET',
          url: '/faxes/{fax_id}',
          path_params: [{ name: 'fax_id', source: 'provider_job_id' }],
        },
      },
    });
    for (const target of ['http', 'node', 'python'])
      expect(build({ ...input, target }).id).toBe('acme-fax-api');
  });

  it('reads YAML, and says which operations there are', () => {
    const { operations } = readOpenApi(
      'openapi: 3.0.3\ninfo: {title: A, version: "1"}\npaths:\n  /a:\n    post: {summary: Do}\n',
    );
    expect(operations).toMatchObject([{ id: 'POST /a', method: 'POST', summary: 'Do' }]);
  });

  it.each([
    ['no document', 'hello', /has no "openapi"/u],
    ['Swagger 2', { swagger: '2.0' }, /has no "openapi"/u],
    ['a broken text', '{"openapi":', /neither JSON nor YAML/u],
    [
      'a reference to elsewhere',
      { openapi: '3.1.0', paths: { $ref: 'https://elsewhere.example/x' } },
      /only references within/u,
    ],
    [
      'references in a circle',
      { openapi: '3.1.0', paths: { $ref: '#/paths' } },
      /lead in a circle/u,
    ],
  ])('refuses %s', (_, given, message) => {
    expect(() => readOpenApi(given)).toThrow(message);
  });

  it('ends with schemas that hold themselves, and asks for operations that there are', () => {
    expect(() => draftOf(readOpenApi(document), [{ operation: 'x', action: 'send_fax' }])).toThrow(
      'there is no operation "x"',
    );
  });
});
