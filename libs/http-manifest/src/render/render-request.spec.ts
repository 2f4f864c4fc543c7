import type { Body } from '../http-manifest.ts';
import { bodyOf, failure, rendered } from '../../test/rendered.ts';
import { FileValue } from '../template/file-value.ts';

const file = new FileValue({
  id: 'f1',
  name: 'scan.pdf',
  media_type: 'application/pdf',
  size_bytes: 9,
});

describe('JSON bodies', () => {
  const legacy: Body = {
    kind: 'json',
    template: '{"to":"{{to}}","from":"{{from}}","n":{{settings.n}}}',
  };

  it('keep a hostile value a value (case 15)', () => {
    const from = '+1","admin":true,"x":"';
    expect(JSON.parse(bodyOf(legacy, { to: '1', from, settings: { n: 1 } }))).toEqual({
      to: '1',
      from,
      n: 1,
    });
  });

  it('give back every character (case 16)', () => {
    const from = 'O"Neil 😀\n\u2028\\ \u0000';
    expect(JSON.parse(bodyOf({ kind: 'json', json: { from: '{{ from }}' } }, { from }))).toEqual({
      from,
    });
    expect(JSON.parse(bodyOf(legacy, { to: from, from, settings: { n: 1 } }))).toMatchObject({
      from,
      to: from,
    });
  });

  it.each([
    [42, 42],
    ['42', 42],
    [true, true],
    ['1}, "x":{', '1}, "x":{'],
    ['{"a":1}', '{"a":1}'],
    ['', null],
    ['abc', 'abc'],
  ])('read a legacy placeholder without quotes, %j, as a value (case 21)', (n, expected) => {
    const body = JSON.parse(bodyOf(legacy, { to: '1', from: '2', settings: { n } }));
    expect(body).toEqual({ to: '1', from: '2', n: expected });
  });

  it('keep quoted legacy placeholders text, and take names and quotes in literals', () => {
    const template = String.raw`{"a\"{{to}}":["x {{to}} {{ none }}y","{{settings.n}}"]}`;
    expect(JSON.parse(bodyOf({ kind: 'json', template }, { to: '"', settings: { n: 7 } }))).toEqual(
      {
        'a""': ['x " y', '7'],
      },
    );
  });

  it('keep types (case 23) and write files in base64 as pieces', () => {
    const json = {
      yes: '{{ settings.yes }}',
      list: [],
      empty: {},
      a: ['{{ file | base64 }}', 'x'],
    };
    expect(
      rendered({ body: { kind: 'json', json } }, { file, settings: { yes: true } }),
    ).toMatchObject({
      headers: { 'Content-Type': 'application/json' },
      bodyPieces: ['{"yes":true,"list":[],"empty":{},"a":["', { fileBase64: 'f1' }, '","x"]}'],
    });
  });

  it('refuse a value that is not there (case 22), and a template that is no JSON', () => {
    const missing = failure(() => bodyOf({ kind: 'json', json: { from: '{{ from }}' } }, {}));
    expect(missing.message).toContain('from: it has no value');
    expect(bodyOf({ kind: 'json', json: { from: '{{ from | default(null) }}' } }, {})).toBe(
      '{"from":null}',
    );
    expect(
      failure(() => bodyOf({ kind: 'json', template: '{"a":1{{to}}}' }, { to: 2 })),
    ).toMatchObject({
      code: 'http_manifest.render',
    });
  });
});

describe('form bodies', () => {
  it('keep a value one field (case 17), only in the body (case 19)', () => {
    const request = rendered(
      { body: { kind: 'form', template: 'from={{from}}&to={{to}}' } },
      { from: '1&to=+19005550100', to: '+15550100' },
    );
    expect(request.body).toBe('from=1%26to%3D%2B19005550100&to=%2B15550100');
    expect(request.url).toBe('https://api.example.com/fax');
    expect(request.headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' });
  });

  it('repeat, leave out and keep the order (case 20)', () => {
    const fields = [
      { name: 'MediaUrl', value: '{{ media_urls }}', repeat: true, omit_empty: true },
      { name: 'From', value: '{{ from }}', omit_empty: true },
      { name: 'Yes', value: '{{ settings.yes }}' },
      { name: 'a b', value: 'c d' },
    ];
    const body: Body = { kind: 'form', fields };
    const settings = { yes: true };
    expect(bodyOf(body, { media_urls: ['u1', 'u2'], settings })).toBe(
      'MediaUrl=u1&MediaUrl=u2&Yes=true&a+b=c+d',
    );
    expect(bodyOf(body, { media_urls: [], from: '', settings })).toBe('Yes=true&a+b=c+d');
    expect(
      failure(() =>
        bodyOf(
          { kind: 'form', fields: [{ name: 'a', value: '{{ media_urls }}' }] },
          { media_urls: ['u'] },
        ),
      ).message,
    ).toContain('list');
  });
});

describe('multipart bodies', () => {
  it('name files by handle under any name (case 28), and give no type of their own (case 27)', () => {
    const request = rendered(
      {
        headers: { 'content-type': 'application/json', 'X-A': '1' },
        body: {
          kind: 'multipart',
          parts: [
            { name: 'faxNumber', value: '{{ to }}' },
            {
              name: 'jsonData',
              value: { recipients: ['{{ to | digits | int }}'] },
              content_type: 'application/json',
            },
            {
              name: 'attachments',
              file: 'file',
              filename: 'document.pdf',
              content_type: 'application/pdf',
            },
            { name: 'all', file: 'files', filename: 'a-{{ file.name }}' },
            { name: 'cc', value: '{{ media_urls }}', repeat: true },
            { name: 'from', value: '{{ from }}', omit_empty: true },
          ],
        },
      },
      { to: '+15550100', file, files: [file, file], media_urls: ['x', 'y'] },
    );
    expect(request.headers).toEqual({ 'X-A': '1' });
    expect(request.multipart).toEqual([
      { name: 'faxNumber', value: '+15550100' },
      { name: 'jsonData', value: '{"recipients":[15550100]}', contentType: 'application/json' },
      { name: 'attachments', file: 'f1', filename: 'document.pdf', contentType: 'application/pdf' },
      { name: 'all', file: 'f1', filename: 'a-scan.pdf', contentType: 'application/pdf' },
      { name: 'all', file: 'f1', filename: 'a-scan.pdf', contentType: 'application/pdf' },
      { name: 'cc', value: 'x' },
      { name: 'cc', value: 'y' },
    ]);
  });

  it('know the file parts of Faxbot', () => {
    const template = 'to={{to}}&File=x&doc={{ file }}&scan=@{{file_path}}&path={{file_path}}';
    const request = rendered(
      { body: { kind: 'multipart', template } },
      { to: '1&file=2', file, file_path: '' },
    );
    expect(request.multipart?.map(({ name, value, file: id }) => [name, value ?? id])).toEqual([
      ['to', '1&file=2'],
      ['File', 'f1'],
      ['doc', 'f1'],
      ['scan', 'f1'],
      ['path', ''],
    ]);
  });

  it('fail before any request without a file (case 29)', () => {
    const body: Body = { kind: 'multipart', parts: [{ name: 'file', file: 'file' }] };
    expect(failure(() => rendered({ body }, {}))).toMatchObject({ code: 'http.file_unavailable' });
    const empty = new FileValue({ id: 'f1', size_bytes: 0 });
    expect(failure(() => rendered({ body }, { file: empty }))).toMatchObject({
      code: 'http.file_unavailable',
    });
    expect(failure(() => rendered({ body: { kind: 'binary', file: 'file' } }, {}))).toMatchObject({
      code: 'http.file_unavailable',
    });
  });

  it('fail before any request with a file over max_request_bytes (case 29)', () => {
    const body: Body = { kind: 'binary', file: 'file' };
    const work = (): unknown => rendered({ body }, { file }, { limits: { max_request_bytes: 8 } });
    expect(failure(work)).toMatchObject({ code: 'http.file_too_large' });
    expect(rendered({ body }, { file }, { limits: { max_request_bytes: 9 } }).bodyFile).toBe('f1');
  });
});

describe('other bodies', () => {
  it('send a file as it is', () => {
    expect(rendered({ body: { kind: 'binary', file: 'file' } }, { file })).toEqual({
      method: 'POST',
      url: 'https://api.example.com/fax',
      headers: { 'Content-Type': 'application/pdf' },
      bodyFile: 'f1',
    });
  });

  it('escape what XML reads', () => {
    const template = '<to a="{{ to }}">{{ body }}</to>{{ file | base64 }}';
    expect(
      rendered({ body: { kind: 'xml', template } }, { to: '"\'', body: '<&>\u0001😀', file }),
    ).toMatchObject({
      bodyPieces: [
        '<to a="',
        '&quot;&apos;',
        '">',
        '&lt;&amp;&gt;\ufffd😀',
        '</to>',
        { fileBase64: 'f1' },
      ],
    });
    expect(bodyOf({ kind: 'text', template: 'a {{ to }}' }, { to: '<' })).toBe('a <');
  });
});

describe('headers', () => {
  it.each(['a\r\nX-Admin: 1', 'a\n', 'a\0', '☃'])(
    'refuse %j and do not show it (case 25)',
    (value) => {
      const error = failure(() =>
        rendered({ headers: { 'X-From': 'x {{ from }}' } }, { from: value }),
      );
      expect(error).toMatchObject({ code: 'http.invalid_header_value' });
      expect(error.message).toContain('X-From');
      expect(error.message).not.toContain(value);
    },
  );

  it('are rendered, and win over the type of the body', () => {
    const headers = {
      'X-Key': '{{ settings.key }}',
      'Content-Type': 'application/json; charset=utf-8',
    };
    expect(
      rendered({ headers, body: { kind: 'json', json: {} } }, { settings: { key: 'k' } }).headers,
    ).toEqual({
      'X-Key': 'k',
      'Content-Type': 'application/json; charset=utf-8',
    });
  });
});
