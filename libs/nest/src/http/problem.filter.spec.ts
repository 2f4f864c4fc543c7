import { RemoteError } from '@made-open/bus';
import { BadRequestException } from '@nestjs/common';
import { problemOf } from './problem.filter.ts';

const error = (fields: object) => Object.assign(new Error('what happened'), fields);
const statusOf = (fields: object) => problemOf(error(fields), '/v1/persons?key=x').status;

describe('problemOf', () => {
  it.each([
    [{ code: 'plugins.not_found', retry: 'never' }, 404],
    [{ code: 'plugins.conflict', retry: 'never' }, 409],
    [{ code: 'keys.forbidden', retry: 'never' }, 403],
    [{ code: 'keys.unauthenticated', retry: 'never' }, 401],
    [{ code: 'plugins.bad_manifest', retry: 'never' }, 400],
    [{ code: 'plugins.bad_manifest', retry: 'never', status: 422 }, 422],
    [{ code: 'bus.full', retry: 'later' }, 503],
    [{ code: 'ECONNREFUSED' }, 500],
    [{ statusCode: 415, code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }, 415],
    [{ statusCode: 200 }, 500],
  ])('gives %j the status %i', (fields, status) => {
    expect(statusOf(fields)).toBe(status);
  });

  it('passes on what another service answered', () => {
    const remote = new RemoteError('etl.not_found', 'no such entity', 'never');
    expect(problemOf(remote, '/v1/persons/1')).toMatchObject({
      status: 404,
      code: 'etl.not_found',
      detail: 'no such entity',
    });
  });

  it('does not offer to try again when another service met a fault of its own', () => {
    expect(
      problemOf(new RemoteError('internal', 'etl could not answer', 'later'), '/').status,
    ).toBe(500);
  });

  it('says nothing of an unknown error, and nothing of the query', () => {
    const problem = problemOf(error({}), '/v1/persons?key=hunter2');
    expect(problem).toMatchObject({ code: 'internal', instance: '/v1/persons' });
    expect(JSON.stringify(problem)).not.toMatch(/what happened|hunter2/u);
  });

  it('gives Nest’s own faults a code', () => {
    expect(problemOf(new BadRequestException('not a number'), '/')).toMatchObject({
      status: 400,
      code: 'http.bad_request',
      detail: 'not a number',
    });
  });
});
