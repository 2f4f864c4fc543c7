import type { EgressRequest, EgressResponse } from '@made-open/egress';
import { PluginHttp } from './plugin-http.ts';

describe('PluginHttp', () => {
  let requests: EgressRequest[];
  const stopping = new AbortController();

  beforeEach(() => {
    requests = [];
  });

  const http = (answer: Partial<EgressResponse>): PluginHttp =>
    new PluginHttp(
      {
        request: (request: EgressRequest) => {
          requests.push(request);
          return Promise.resolve({
            status: 200,
            headers: {},
            body: new Uint8Array(),
            url: 'u',
            ...answer,
          });
        },
      },
      stopping.signal,
    );
  const headOf = async (given: Partial<EgressResponse>): Promise<unknown> => {
    const { text } = await http(given).call(() => ({ url: 'u' }));
    return (JSON.parse(text) as { http: unknown }).http;
  };

  it('sends the plugin’s own headers before its defaults, and bytes as bytes', async () => {
    const headers = { Accept: 'text/csv', 'X-Own': '1' };
    await http({}).call(() => ({
      url: 'u',
      method: 'post',
      headers,
      body: 'AQI=',
      isBytes: true,
      contentType: 'a/b',
    }));
    expect(requests).toEqual([
      {
        url: 'u',
        method: 'POST',
        headers: { Accept: 'text/csv', 'X-Own': '1', 'content-type': 'a/b' },
        body: Buffer.of(1, 2),
        signal: stopping.signal,
      },
    ]);
  });

  it('answers in the place of the source when the requests of the connection are used up', async () => {
    const left = [0, 30_000];
    const budget = { take: () => Promise.resolve(left.shift() ?? 0) };
    const request = (wanted: EgressRequest) => {
      requests.push(wanted);
      return Promise.resolve({ status: 200, headers: {}, body: new Uint8Array(), url: 'u' });
    };
    const limited = new PluginHttp({ request }, stopping.signal, { budget });
    const statusOf = async (): Promise<unknown> => {
      const { text } = await limited.call(() => ({ url: 'u' }));
      return (JSON.parse(text) as { http: unknown }).http;
    };
    expect(await statusOf()).toMatchObject({ status: 200 });
    expect(await statusOf()).toMatchObject({ status: 429, retryAfterMs: 30_000 });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['application/json', true],
    ['application/problem+json; charset=utf-8', true],
    ['text/json', true],
    ['text/html', false],
    ['application/jsonp', false],
  ])('tells whether %s is JSON', async (type, isJson) => {
    expect(await headOf({ headers: { 'content-type': type } })).toMatchObject({ isJson });
  });

  it('reads Retry-After in seconds, as a date, and not otherwise', async () => {
    expect(await headOf({ headers: { 'retry-after': '7' } })).toMatchObject({ retryAfterMs: 7000 });
    expect(
      await headOf({ headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' } }),
    ).toMatchObject({
      retryAfterMs: 0,
    });
    expect(await headOf({ headers: { 'retry-after': 'soon' } })).not.toHaveProperty('retryAfterMs');
  });

  it('gives bodies unread, of errors their beginning, as base64 when bytes are wanted', async () => {
    const body = Buffer.alloc(10_000, 'x');
    expect((await http({ body }).call(() => ({ url: 'u' }))).body).toHaveLength(10_000);
    expect((await http({ status: 500, body }).call(() => ({ url: 'u' }))).body).toHaveLength(8192);
    const bytes = await http({ body: Uint8Array.of(1, 2) }).call(() => ({
      url: 'u',
      wantsBytes: true,
    }));
    expect(Buffer.from(bytes.body ?? []).toString()).toBe('AQI=');
  });

  it('makes eight requests at a time, lets 64 wait unread, and refuses more', async () => {
    const pending = new PluginHttp(
      { request: () => new Promise<EgressResponse>(() => undefined) },
      stopping.signal,
    );
    let read = 0;
    const args = (): { url: string } => {
      read++;
      return { url: 'u' };
    };
    for (let index = 0; index < 72; index++) void pending.call(args);
    await expect(pending.call(() => ({ url: 'u' }))).rejects.toMatchObject({
      code: 'sandbox.too_many_calls',
    });
    expect([pending.calls, read]).toEqual([8, 8]);
  });
});
