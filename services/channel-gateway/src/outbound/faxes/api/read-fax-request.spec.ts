import { readFaxRequest } from './read-fax-request.ts';

const fileId = 'ab'.repeat(32);

describe('readFaxRequest', () => {
  it('reads a request in JSON, and the fields of a form', () => {
    const json = { to: '+442079460000', file_id: fileId, attributes: { a: 1 }, test: true };
    expect(readFaxRequest(json, { hasFile: false })).toEqual({
      to: '+442079460000',
      from: '',
      connectionId: '',
      fileId,
      attributes: { a: 1 },
      isTest: true,
      confirm: '',
    });
    const form = { to: '442079460000', attributes: '{"a":1}', test: 'false' };
    expect(readFaxRequest(form, { hasFile: true })).toMatchObject({
      attributes: { a: 1 },
      isTest: false,
    });
  });

  it.each([
    [{ file_id: fileId }, false, ['to']],
    [{ to: 'x', file_id: fileId }, false, ['to']],
    [{ to: '1&to=+1900' }, true, ['to']],
    [{ to: '123456' }, false, ['file']],
    [{ to: '123456', file_id: fileId }, true, ['file_id']],
    [
      { to: '123456', other: 1, attributes: '[', test: 'yes' },
      true,
      ['attributes', 'test', 'other'],
    ],
    ['no object', true, ['body', 'to']],
  ])('names every fault of %j', (body, hasFile, parameters) => {
    expect(() => readFaxRequest(body, { hasFile })).toThrow(
      expect.objectContaining({
        members: { errors: parameters.map((parameter) => expect.objectContaining({ parameter })) },
      }),
    );
  });
});
