import { fieldOf, payloadJson, payloadOf, readPayload } from './payload.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('a payload', () => {
  it.each([
    ['application/json', '{"a":1}', '{"a":1}'],
    ['application/vnd.api+json; charset=utf-8', '[1, 2]', '[1, 2]'],
    ['application/x-www-form-urlencoded', 'a=1&b=x+y&a=2', '{"a":["1","2"],"b":"x y"}'],
    ['application/json', '{broken', '"{broken"'],
    ['multipart/form-data; boundary=x', '--x', '"--x"'],
    ['', '{"a":1}', String.raw`"{\"a\":1}"`],
  ])('of the type "%s" is given to plugins as JSON', async (type, text, json) => {
    expect(await payloadJson(type, bytes(text))).toBe(json);
  });

  it('of a form with files is an object with what the files hold', async () => {
    const form = [
      '--b\r\nContent-Disposition: form-data; name="fax"\r\n\r\n{"id":42}',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF',
      '--b--\r\n',
    ].join('\r\n');
    const payload = await payloadOf('multipart/form-data; boundary=b', bytes(form));
    expect(payload.value).toEqual({
      fax: '{"id":42}',
      file: { filename: 'a.pdf', content_type: 'application/pdf', base64: 'JVBERg==' },
    });
    expect(fieldOf(payload, 'fax.id')).toBe('42');
    expect(fieldOf(payload, 'file.filename')).toBe('a.pdf');
  });

  it('has its fields by path, and nothing that it inherits', () => {
    const payload = readPayload('application/json', bytes('{"a":{"b":[{"c":7}]},"d":null}'));
    expect(fieldOf(payload, 'a.b.0.c')).toBe('7');
    for (const path of ['a', 'a.b', 'd', 'd.e', 'constructor.name', 'toString', 'a.b.length.x'])
      expect([path, fieldOf(payload, path)]).toEqual([path, '']);
  });

  it('of a form has no prototype to reach', () => {
    const type = 'application/x-www-form-urlencoded';
    const payload = readPayload(type, bytes('__proto__=x&a=1'));
    expect(fieldOf(payload, 'a')).toBe('1');
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });

  it('of a form is the field of exactly this name, the first of several, before JSON in another', async () => {
    const type = 'application/x-www-form-urlencoded';
    const urlencoded = (text: string) => readPayload(type, bytes(text));
    const inner = 'signature=%7B%22token%22%3A%22NEW%22%7D';
    expect(fieldOf(urlencoded(`${inner}&signature.token=T`), 'signature.token')).toBe('T');
    expect(
      fieldOf(urlencoded(`signature.token=T&signature.token=U&${inner}`), 'signature.token'),
    ).toBe('T');
    expect(fieldOf(urlencoded(inner), 'signature.token')).toBe('NEW');
    const part = (name: string, text: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
    const form = `${part('signature', '{"token":"NEW"}')}${part('signature.token', 'T')}--b--\r\n`;
    const payload = await payloadOf('multipart/form-data; boundary=b', bytes(form));
    expect(fieldOf(payload, 'signature.token')).toBe('T');
  });

  it('of a form with a hundred thousand names is read once', () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `n${String(index)}=`).join('&');
    const { value } = readPayload('application/x-www-form-urlencoded', bytes(text));
    expect(Object.keys(Object(value))).toHaveLength(100_000);
  });
});
