import { MeilisearchApiError, MeilisearchRequestError, type Task } from 'meilisearch';
import { inspect } from 'node:util';
import { checkTask, engineFault, isAnswered } from './engine-fault.ts';

const answered = (status: number, code: string, type = 'invalid_request'): MeilisearchApiError =>
  new MeilisearchApiError(new Response(null, { status }), {
    message: 'quotes a secret document',
    code,
    type,
    link: '',
  });
const task = (of: Partial<Task>): Task => ({
  uid: 1,
  batchUid: null,
  indexUid: 'x',
  status: 'failed',
  type: 'documentAdditionOrUpdate',
  enqueuedAt: '',
  canceledBy: null,
  error: null,
  duration: null,
  startedAt: null,
  finishedAt: null,
  ...of,
});
const failed = (code: string, type: string): Task =>
  task({ error: { code, type, message: 'quotes a secret document', link: '' } });

describe('engineFault', () => {
  it.each([
    [answered(400, 'invalid_search_filter'), 'never'],
    [answered(413, 'payload_too_large'), 'never'],
    [answered(403, 'invalid_api_key'), 'later'],
    [answered(404, 'index_not_found'), 'later'],
    [answered(503, 'too_many_search_requests', 'system'), 'later'],
    [answered(422, 'no_space_left_on_device', 'system'), 'later'],
    [answered(422, 'too_many_open_files', 'system'), 'later'],
    [answered(422, 'io_error', 'system'), 'later'],
    [answered(400, 'unretrievable_document', 'internal'), 'later'],
    [answered(500, 'database_size_limit_reached', 'internal'), 'later'],
    [new MeilisearchApiError(new Response(null, { status: 413 })), 'never'],
    [new MeilisearchRequestError('http://search', new Error('refused')), 'later'],
    [new SyntaxError('a proxy answers in HTML'), 'later'],
  ])('tells what passes from what does not: %s', (error, retry) => {
    expect(engineFault(error)).toMatchObject({ retry });
  });

  it('names the code, and never what Meilisearch says of a document', () => {
    const fault = engineFault(answered(400, 'invalid_document_id'));
    expect(fault.message).toContain('invalid_document_id');
    expect(inspect(fault)).not.toContain('secret');
  });
});

describe('isAnswered', () => {
  it('knows the reason that does not matter', () => {
    expect(isAnswered(answered(404, 'index_not_found'), 'index_not_found')).toBe(true);
    expect(isAnswered(answered(404, 'index_not_found'), undefined)).toBe(false);
    expect(isAnswered(new Error('index_not_found'), 'index_not_found')).toBe(false);
  });
});

describe('checkTask', () => {
  it('is content with what succeeded, and with a failure that says it was done before', () => {
    checkTask(task({ status: 'succeeded' }));
    checkTask(failed('index_already_exists', 'invalid_request'), 'index_already_exists');
  });

  it.each([
    [failed('invalid_document_id', 'invalid_request'), 'never'],
    [failed('index_not_found', 'invalid_request'), 'later'],
    [failed('no_space_left_on_device', 'system'), 'later'],
    [failed('internal', 'internal'), 'later'],
    [task({ status: 'canceled' }), 'later'],
  ])('tells what passes from what does not: %j', (of, retry) => {
    expect(() => checkTask(of)).toThrow(expect.objectContaining({ retry }));
  });
});
