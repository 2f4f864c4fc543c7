import { readForm } from './read-form.ts';

const type = 'multipart/form-data; boundary=b';
const body = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));
const whole = body(
  '--b',
  'Content-Disposition: form-data; name="fax[id]"',
  '',
  '42',
  '--b',
  'Content-Disposition: form-data; name="file"; filename="fax.pdf"',
  'Content-Type: application/pdf',
  '',
  '%PDF-1.7',
  '--b--',
  '',
);

describe('readForm', () => {
  it('gives texts and files in their order', async () => {
    expect(await readForm(type, whole)).toEqual([
      { name: 'fax[id]', value: '42' },
      {
        name: 'file',
        filename: 'fax.pdf',
        contentType: 'application/pdf',
        content: Buffer.from('%PDF-1.7'),
      },
    ]);
  });

  it.each([
    ['another type', 'application/json', Buffer.from('{}')],
    ['a form without a boundary', 'multipart/form-data', whole],
    ['a body that is cut off in a text', type, whole.subarray(0, 60)],
    ['a body that is cut off in a file', type, whole.subarray(0, -12)],
    [
      'more parts than a provider sends',
      type,
      Buffer.concat([
        ...Array.from({ length: 300 }, (_, index) =>
          body('--b', `Content-Disposition: form-data; name="f${String(index)}"`, '', 'x', ''),
        ),
        Buffer.from('--b--\r\n'),
      ]),
    ],
  ])('gives nothing for %s', async (_what, contentType, content) => {
    expect(await readForm(contentType, content)).toBeUndefined();
  });
});
