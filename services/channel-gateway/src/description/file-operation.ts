import type { ApiParameter, Operation } from './open-api-types.ts';
import { refusals } from './problem-responses.ts';

const fileIdParameter: ApiParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: '`photo_file_id` of a person, `file_id` of an attachment or a document.',
  schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
};

/** How the content of a file is read. */
export function fileOperation(ifNoneMatch: ApiParameter): Operation {
  const schema = { type: 'string', description: 'The bytes, in the type that the file has.' };
  return {
    operationId: 'getFile',
    summary: 'Read the content of a file that an entity names',
    tags: ['files'],
    security: [{ key: ['data:read'] }],
    parameters: [fileIdParameter, ifNoneMatch],
    responses: {
      '200': {
        description: 'The file, as a download under its name',
        content: { '*/*': { schema, example: 'the bytes' } },
        headers: {
          ETag: { description: 'SHA-256 of the content.', schema: { type: 'string' } },
          'Content-Disposition': { description: 'Its name.', schema: { type: 'string' } },
        },
      },
      '304': { description: 'Unchanged: still the content of If-None-Match' },
      ...refusals(404),
    },
  };
}
