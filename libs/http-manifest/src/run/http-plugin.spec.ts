import { aManifest } from '../../test/a-manifest.ts';
import { fakeContext, type Provider } from '../../test/fake-context.ts';
import type { Action, HttpManifest, Stream } from '../http-manifest.ts';
import { httpPlugin } from './http-plugin.ts';
import { sendMessage } from './send-message.ts';
import { connectionTest } from './test-connection.ts';

const question: Action = { method: 'GET', url: 'https://api.example.com/me' };
const stream: Stream = {
  request: { method: 'GET', url: 'https://api.example.com/users' },
  record_selector: { path: '$[*]' },
  map: { type: 'person', external_id: 'id', data: { display_name: 'name' } },
};

describe('httpPlugin', () => {
  it('has the functions that the manifest has something for', () => {
    const names = (of: Partial<HttpManifest>): string[] => Object.keys(httpPlugin(aManifest(of)));
    expect(
      names({ actions: { send_fax: question, get_status: question, cancel_fax: question } }),
    ).toEqual([
      'id',
      'channelType',
      'sendFax',
      'getStatus',
      'cancelFax',
      'mapToUnifiedModel',
      'testConnection',
    ]);
    expect(names({ capabilities: ['list'], streams: { users: stream } })).toEqual([
      'id',
      'channelType',
      'sync',
      'mapToUnifiedModel',
      'testConnection',
    ]);
    const hook = { verification: { scheme: 'none', reason: 'test' } } as const;
    expect(
      names({
        actions: { send_message: { url: 'https://api.example.com/x', method: 'POST' } },
        webhooks: { hook },
      }),
    ).toEqual(['id', 'channelType', 'sendMessage', 'handleIncomingEvent', 'mapToUnifiedModel']);
  });

  it('maps a stored record again', () => {
    const plugin = httpPlugin(aManifest({ streams: { users: stream } }));
    const map = plugin['mapToUnifiedModel'];
    const raw = { stream: 'users', record: { id: 1, name: 'Jo' } };
    if (typeof map !== 'function') throw new Error('there is no mapToUnifiedModel');
    expect(map(raw)).toEqual({
      type: 'person',
      externalId: '1',
      data: { display_name: 'Jo' },
      raw,
    });
    expect(() => map({ stream: 'gone', record: {} })).toThrow('of no stream or webhook');
    expect(() => map(null)).toThrow('of no stream or webhook');
  });
});

describe('testConnection', () => {
  it('asks for the first page of a stream, or for what needs no input', async () => {
    const withStream = connectionTest(
      aManifest({ streams: { users: stream }, actions: { me: question } }),
    );
    const context = fakeContext(() => ({ body: [] }));
    await withStream?.(context);
    const account: Action = {
      ...question,
      url: 'https://api.example.com/{account}',
      path_params: [{ name: 'account', source: 'settings.account' }],
    };
    await connectionTest(aManifest({ actions: { account } }))?.(fakeContextOf(context.requests));
    expect(context.requests.map(({ url }) => url)).toEqual([
      'https://api.example.com/users',
      'https://api.example.com/a1',
    ]);
  });

  it('fails where the provider refuses', async () => {
    const test = connectionTest(aManifest({ actions: { me: question } }));
    await expect(test?.(fakeContext(() => ({ status: 401 })))).rejects.toMatchObject({
      status: 401,
    });
  });

  it('is left out where every question needs an input, or may change something', () => {
    const status: Action = { ...question, path_params: [{ name: 'provider_job_id' }] };
    const named: Action = { ...question, query: [{ name: 'q', value: '{{ to }}' }] };
    const post: Action = { ...question, method: 'POST' };
    expect(connectionTest(aManifest({ actions: { status, named, post } }))).toBeUndefined();
  });

  function fakeContextOf(requests: unknown[]): ReturnType<typeof fakeContext> {
    const noted: Provider = (request) => {
      requests.push(request);
      return {};
    };
    return fakeContext(noted, { config: { account: 'a1' } });
  }
});

describe('sendMessage', () => {
  const action: Action = {
    method: 'POST',
    url: 'https://api.example.com/messages',
    body: {
      kind: 'form',
      fields: [
        { name: 'To', value: '{{ to }}' },
        { name: 'Body', value: '{{ body }}' },
        { name: 'MediaUrl', value: '{{ media_urls }}', repeat: true, omit_empty: true },
        { name: 'Subject', value: '{{ subject }}', omit_empty: true },
      ],
    },
    response: {
      success: { when: [{ path: 'ok', equals: true }] },
      job_id: 'sid',
      status: 'status',
      status_map: { sent: 'in_progress', delivered: 'succeeded', failed: 'failed' },
      error: 'error',
    },
  };
  const message = {
    to: '+15550100',
    body: 'Hi & bye',
    attachments: [{ file_id: 'f1', url: 'https://files.example.com/1' }, { file_id: 'f2' }],
  };
  const send = sendMessage(aManifest({}), action);

  it('gives what the provider calls it, and how it stands', async () => {
    const context = fakeContext(() => ({ body: { ok: true, sid: 5, status: 'sent' } }));
    expect(await send(message, context)).toEqual({ externalId: '5', status: 'sent' });
    expect(context.requests[0]?.body).toBe(
      'To=%2B15550100&Body=Hi+%26+bye&MediaUrl=https%3A%2F%2Ffiles.example.com%2F1',
    );
    expect(
      await send(
        message,
        fakeContext(() => ({ body: { ok: true, status: 'delivered' } })),
      ),
    ).toEqual({ status: 'delivered' });
  });

  it('fails where the provider says no, also with a 200 (case 46)', async () => {
    const no: Provider = () => ({ body: { ok: false, error: 'channel_not_found' } });
    expect(await send(message, fakeContext(no))).toEqual({
      status: 'failed',
      error: 'the provider refused: channel_not_found',
      errorCode: 'channel_not_found',
    });
    const failed: Provider = () => ({ body: { ok: true, sid: 'x', status: 'failed' } });
    expect(await send(message, fakeContext(failed))).toEqual({ status: 'failed' });
    await expect(
      send(
        message,
        fakeContext(() => ({ status: 429, headers: { 'retry-after': '9' } })),
      ),
    ).rejects.toMatchObject({ status: 429, retryAfterMs: 9000 });
  });
});
