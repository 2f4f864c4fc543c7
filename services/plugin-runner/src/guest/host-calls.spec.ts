import { guestFiles, guestHttp } from './guest-http.ts';
import { bodyOf, HostCalls } from './host-calls.ts';
import type { HostAnswer } from './host-functions.ts';

interface Asked {
  method: string;
  args: Record<string, unknown>;
}

function host(answer: (asked: Asked) => HostAnswer | Promise<HostAnswer>): HostCalls {
  return new HostCalls({
    apply: async (_receiver, [method, argsText]) =>
      answer({ method, args: JSON.parse(argsText) as Record<string, unknown> }),
  });
}

const ok = (value: unknown): HostAnswer => ({ v: JSON.stringify({ ok: true, value }) });
const http = (status: number, b: string, isJson = true): HostAnswer => ({
  v: JSON.stringify({ ok: true, http: { status, headers: { a: 'b' }, isJson, retryAfterMs: 5 } }),
  b,
});

interface Http {
  get(url: unknown, headers?: unknown): Promise<unknown>;
  post(url: unknown, body: unknown, headers?: unknown): Promise<unknown>;
  request(request: unknown): Promise<unknown>;
}
const httpOf = (calls: HostCalls): Http => guestHttp(calls) as Http;

describe('HostCalls', () => {
  it('gives the value, or the error with its code', async () => {
    const calls = host(({ method }) =>
      method === 'good'
        ? ok({ a: 1 })
        : { v: '{"ok":false,"code":"capability.denied","message":"no"}' },
    );
    expect(await calls.ask('good', {})).toEqual({ a: 1 });
    await expect(calls.ask('bad', {})).rejects.toMatchObject({
      code: 'capability.denied',
      message: 'no',
    });
    expect(calls.count).toBe(0);
  });

  it('refuses more calls than may be under way', async () => {
    const calls = host(() => new Promise(() => undefined));
    for (let index = 0; index < 256; index++) void calls.ask('slow', index);
    await expect(calls.ask('one more', {})).rejects.toMatchObject({
      code: 'sandbox.too_many_calls',
    });
  });
});

describe('context.http', () => {
  it('gives the parsed body of 2xx', async () => {
    expect(await httpOf(host(() => http(200, '[1]'))).get('u')).toEqual([1]);
    expect(await httpOf(host(() => http(204, ''))).get('u')).toBeNull();
    expect(await httpOf(host(() => http(200, 'text', false))).get('u')).toBe('text');
  });

  it('rejects anything else with HttpError', async () => {
    await expect(httpOf(host(() => http(503, 'busy'))).get('u')).rejects.toMatchObject({
      name: 'HttpError',
      status: 503,
      headers: { a: 'b' },
      retryAfterMs: 5,
      body: 'busy',
    });
  });

  it.each([
    ['text', 'text', { body: 'text', contentType: 'text/plain' }],
    [
      'a form',
      new URLSearchParams({ a: '1' }),
      { body: 'a=1', contentType: 'application/x-www-form-urlencoded' },
    ],
    [
      'bytes',
      Uint8Array.of(1, 2),
      { body: 'AQI=', isBytes: true, contentType: 'application/octet-stream' },
    ],
    ['an object', { a: 1 }, { body: '{"a":1}', contentType: 'application/json' }],
  ])('sends %s with its type', async (_, body, sent) => {
    let asked: Asked | undefined;
    const calls = host((given) => {
      asked = given;
      return http(200, '');
    });
    await httpOf(calls).post('u', body);
    expect(asked).toEqual({ method: 'http', args: { method: 'POST', url: 'u', ...sent } });
  });

  it('gives the whole answer of any status, as bytes when they are wanted', async () => {
    const calls = httpOf(
      host(({ args }) => http(404, args['wantsBytes'] === true ? 'AQI=' : '{"a":1}')),
    );
    expect(await calls.request({ url: 'u' })).toEqual({
      status: 404,
      headers: { a: 'b' },
      body: { a: 1 },
    });
    expect(await calls.request({ url: 'u', responseType: 'bytes' })).toMatchObject({
      body: Uint8Array.of(1, 2),
    });
    await expect(calls.request('u')).rejects.toMatchObject({ code: 'http.request' });
  });

  it('says when a body is not the JSON that it claims to be', () => {
    const answer = { status: 200, headers: {}, isJson: true, text: '{' };
    expect(() => bodyOf(answer)).toThrow(expect.objectContaining({ code: 'http.not_json' }));
    expect(bodyOf({ ...answer, status: 500 })).toBe('{');
  });

  it('saves bodies and contents as files without bringing them in', async () => {
    const file = { file_id: 'id' };
    const asked: Asked[] = [];
    const calls = host((given) => {
      asked.push(given);
      if (given.method === 'saveFile') return ok(file);
      return { v: JSON.stringify({ ok: true, http: { status: 200, headers: {}, file } }) };
    });
    const request = { url: 'u', saveAs: { name: 'a', contentType: 'b/c', other: 1 } };
    expect(await httpOf(calls).request(request)).toEqual({
      status: 200,
      headers: {},
      body: null,
      file,
    });
    const files = guestFiles(calls) as { save(file: unknown): Promise<unknown> };
    expect(await files.save({ name: 'a', body: 'text' })).toEqual(file);
    await files.save({ name: 'a', contentType: 'b/c', body: Uint8Array.of(1, 2) });
    expect(asked.map(({ args }) => args)).toEqual([
      { method: 'GET', url: 'u', saveAs: { name: 'a', contentType: 'b/c' } },
      { name: 'a', body: 'text' },
      { name: 'a', contentType: 'b/c', body: 'AQI=', isBytes: true },
    ]);
    await expect(files.save('text')).rejects.toMatchObject({ code: 'files.invalid' });
  });
});
