import { jest } from '@jest/globals';
import type { EgressRequest, EgressResponse } from '@made-open/egress';
import type { KeptFile } from '../files/platform-files.ts';
import { PluginFiles } from '../files/plugin-files.ts';
import { TrialFiles } from '../../trial/trial-files.ts';
import { PluginHttp } from './plugin-http.ts';

const abandon = jest.fn(() => Promise.resolve());
const fileId = 'a'.repeat(64);
const kept = { name: 'fax.pdf', mimeType: 'application/pdf', content: Buffer.from('of the host') };
const readFile = (id: string): Promise<KeptFile | undefined> =>
  Promise.resolve(id === fileId ? kept : undefined);

describe('PluginHttp', () => {
  let requests: EgressRequest[];
  const stopping = new AbortController();

  beforeEach(() => {
    requests = [];
    abandon.mockClear();
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

  it('hands the body of a good answer on as a file, and gives any other answer as it is', async () => {
    const answers = [
      { status: 404, headers: {}, body: Buffer.from('none'), url: 'u' },
      {
        status: 200,
        headers: { 'content-type': 'image/png' },
        body: new Uint8Array(),
        url: 'https://a.example/ada.png',
      },
    ];
    const request = async ({ pass }: EgressRequest): Promise<EgressResponse> => {
      const [response] = answers.splice(0, 1);
      if (response === undefined) throw new Error('no answer');
      if (response.status === 200) await pass?.(Buffer.from('Ada'));
      return response;
    };
    const saved = new PluginHttp({ request }, stopping.signal, {
      files: new PluginFiles(new TrialFiles()),
    });
    const args = { url: 'u', saveAs: { contentType: 'image/jpeg' } };
    const none = await saved.call(() => args);
    expect([JSON.parse(none.text), String(none.body)]).toMatchObject([
      { http: { status: 404 } },
      'none',
    ]);
    const good = await saved.call(() => args);
    expect(JSON.parse(good.text)).toMatchObject({
      http: { status: 200, file: { name: 'ada.png', mime_type: 'image/jpeg', size_bytes: 3 } },
    });
    const refused = Object.assign(new Error('too large'), { code: 'files.too_large' });
    const failing = new PluginHttp(
      {
        request: async ({ pass }) => {
          await pass?.(new Uint8Array(600_000)).catch(() => undefined);
          throw new Error('the connection failed');
        },
      },
      stopping.signal,
      { files: new PluginFiles({ put: () => Promise.reject(refused), abandon, read: readFile }) },
    );
    await expect(failing.call(() => args)).rejects.toBe(refused);
    expect(abandon).toHaveBeenCalledTimes(1);
  });

  it('gives up what it sent of a body that breaks off', async () => {
    const put = jest.fn(() => Promise.resolve(undefined));
    const broken = new Error('the connection was reset');
    const saving = new PluginHttp(
      {
        request: async ({ pass }) => {
          await pass?.(new Uint8Array(600_000));
          throw broken;
        },
      },
      stopping.signal,
      { files: new PluginFiles({ put, abandon, read: readFile }) },
    );
    await expect(saving.call(() => ({ url: 'u', saveAs: {} }))).rejects.toBe(broken);
    expect([put.mock.calls.length, abandon.mock.calls.length]).toEqual([1, 1]);
  });

  it('sends a file of the host as the body, and none that the plugin may not send on', async () => {
    const sent: EgressRequest[] = [];
    const put = (): Promise<undefined> => Promise.resolve(undefined);
    const sending = new PluginHttp(
      {
        request: (request) => {
          sent.push(request);
          return Promise.resolve({ status: 200, headers: {}, body: new Uint8Array(), url: 'u' });
        },
      },
      stopping.signal,
      { files: new PluginFiles({ put, abandon, read: readFile }) },
    );
    await sending.call(() => ({ url: 'u', method: 'POST', bodyFile: fileId }));
    expect(sent).toMatchObject([{ method: 'POST', body: Buffer.from('of the host') }]);
    for (const bodyFile of ['b'.repeat(64), '../secret', 7])
      await expect(sending.call(() => ({ url: 'u', bodyFile }))).rejects.toMatchObject({
        code: 'files.not_found',
      });
    expect(sent).toHaveLength(1);
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
