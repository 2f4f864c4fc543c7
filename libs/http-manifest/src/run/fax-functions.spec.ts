import { aManifest } from '../../test/a-manifest.ts';
import { created, send, sent } from '../../test/a-fax.ts';
import { fakeContext, type Provider } from '../../test/fake-context.ts';
import type { Action } from '../http-manifest.ts';
import { askAboutJob } from './fax-functions.ts';

describe('sendFax', () => {
  it('sends once, as the manifest says, and gives the job', async () => {
    const auth = { scheme: 'bearer', token: 'creds.api_key' } as const;
    const { context, result } = sent(() => created, {
      auth,
      timeout_ms: 15_000,
      limits: { max_response_bytes: 1000 },
      webhooks: { hook: { verification: { scheme: 'none', reason: 'test' } } },
    });
    expect(await result).toEqual({ jobId: '7', status: 'queued', providerStatus: 'new' });
    expect(context.requests).toEqual([
      {
        method: 'POST',
        url: 'https://api.example.com/faxes',
        headers: {},
        multipart: [
          { name: 'to', value: '+15550100' },
          { name: 'callback', value: 'https://platform.example.com/webhooks/c1/hook' },
          { name: 'file', file: 'f1', filename: 'scan.pdf', contentType: 'application/pdf' },
        ],
        auth,
        timeoutMs: 15_000,
        maxRequestBytes: undefined,
        maxResponseBytes: 1000,
        maxRedirects: 0,
      },
    ]);
  });

  it('gives settings and handles of credentials to templates, each where it belongs', async () => {
    const action: Action = {
      method: 'GET',
      url: 'https://api.example.com/{account}/{region}',
      path_params: [
        { name: 'account', source: 'creds.api_key' },
        { name: 'region', source: 'settings.region' },
      ],
      query: [
        { name: 'a', value: '{{ settings.api_key | default("none") }}' },
        { name: 'b', value: '{{ settings.size }}' },
      ],
    };
    const config_schema = { properties: { size: { default: 5 } } };
    const { context, result } = sent(() => created, {
      action,
      credentials: [{ name: 'api_key' }],
      config_schema,
    });
    await result;
    expect(context.requests[0]?.url).toBe('https://api.example.com/cred_0f/eu?a=none&b=5');
  });

  it.each([400, 401, 403, 404, 422, 429, 500, 503])(
    'throws an HttpError at %i (case 45)',
    async (status) => {
      const { context, result } = sent(() => ({
        status,
        body: { status: 'ok', data: { id: 'X' }, message: 'no +1 555 010 0199' },
      }));
      await expect(result).rejects.toMatchObject({
        name: 'HttpError',
        status,
        message: `HTTP ${String(status)}: no •••`,
      });
      expect(context.requests).toHaveLength(1);
    },
  );

  it('has failed where the provider says so with a 200 (case 46)', async () => {
    const response = {
      ...send.response,
      success: { when: [{ path: 'ok', equals: true }] },
      error: 'error',
    };
    const { result } = sent(() => ({ body: { ok: false, error: 'no_credit' } }), {
      action: { ...send, response },
    });
    expect(await result).toMatchObject({ status: 'failed', errorCode: 'no_credit' });
    expect(
      await sent(() => ({ body: { data: { id: 1, state: 'bad' }, message: 'busy' } })).result,
    ).toEqual({
      jobId: '1',
      status: 'failed',
      providerStatus: 'bad',
      error: 'busy',
    });
  });

  it('is unknown, and not sent again, without an id (case 51)', async () => {
    const { context, result } = sent(() => ({ body: {} }));
    expect(await result).toMatchObject({ status: 'unknown', errorCode: 'no_provider_id' });
    expect(context.requests).toHaveLength(1);
  });

  it('reads JSON that does not say that it is', async () => {
    expect(await sent(() => ({ body: ' {"data":{"id":"x"}}' })).result).toMatchObject({
      jobId: 'x',
    });
  });

  it('makes one attempt where the answer never came, also with retries (case 53)', async () => {
    const { context, result } = sent(() => new Error('connection reset'), {
      retry: { max_attempts: 3 },
    });
    await expect(result).rejects.toThrow('connection reset');
    expect(context.requests).toHaveLength(1);
  });

  it('tries again with the same key where the manifest names one (case 53)', async () => {
    const action: Action = {
      ...send,
      idempotency: { header: 'Idempotency-Key', value: '{{ attempt_id }}' },
    };
    const retry = {
      max_attempts: 3,
      policy: 'with_idempotency_key',
      backoff: { initial_ms: 1 },
    } as const;
    let asked = 0;
    const { context, result } = sent(
      () => (++asked === 1 ? new Error('reset') : asked === 2 ? { status: 502 } : created),
      { action, retry },
    );
    expect(await result).toMatchObject({ jobId: '7' });
    expect(context.requests.map(({ headers }) => headers['Idempotency-Key'])).toEqual([
      'a-1',
      'a-1',
      'a-1',
    ]);
  });

  it('puts the key into the body where the manifest says so', async () => {
    const body: Action['body'] = {
      kind: 'multipart',
      parts: [{ name: 'jsonData', value: { a: 1 } }],
    };
    const action: Action = {
      ...send,
      body,
      idempotency: { field: 'jsonData.uuid', value: '{{ attempt_id }}' },
    };
    const { context, result } = sent(() => created, { action });
    await result;
    expect(context.requests[0]?.multipart?.[0]?.value).toBe('{"a":1,"uuid":"a-1"}');
  });

  it('waits where the provider refused for now, and leaves long waits to the platform (case 54)', async () => {
    let asked = 0;
    const retry = { max_attempts: 2, backoff: { initial_ms: 1, max_ms: 60_000 } } as const;
    const told =
      (headers: Record<string, string>): Provider =>
      () =>
        ++asked % 2 === 1 ? { status: 429, headers } : created;
    expect(await sent(told({ 'retry-after': '0' }), { retry }).result).toMatchObject({
      jobId: '7',
    });
    await expect(sent(told({ 'retry-after': '30' }), { retry }).result).rejects.toMatchObject({
      status: 429,
      retryAfterMs: 30_000,
    });
    asked = 0;
    await expect(sent(told({ 'retry-after': '7200' }), { retry }).result).rejects.toMatchObject({
      retryAfterMs: 60_000,
    });
  });

  it('does not try again what the platform refuses', async () => {
    const action: Action = {
      ...send,
      idempotency: { header: 'Idempotency-Key', value: '{{ attempt_id }}' },
    };
    const retry = {
      max_attempts: 3,
      policy: 'with_idempotency_key',
      backoff: { initial_ms: 1 },
    } as const;
    const refused = Object.assign(new Error('no'), { code: 'capability.denied' });
    const { context, result } = sent(() => refused, { action, retry });
    await expect(result).rejects.toThrow('no');
    expect(context.requests).toHaveLength(1);
  });
});

describe('getStatus and cancelFax', () => {
  const ask: Action = {
    method: 'GET',
    url: 'https://api.example.com/faxes/{provider_job_id}',
    path_params: [{ name: 'provider_job_id' }],
    response: {
      status: 'state',
      status_map: { done: 'succeeded' },
      pages: { path: 'pages', type: 'integer' },
    },
  };

  it('ask with the id of the provider', async () => {
    const context = fakeContext(() => ({ body: { state: 'done', pages: '3' } }));
    expect(await askAboutJob(aManifest({}), ask, 'unknown')('a/b', context)).toEqual({
      status: 'succeeded',
      providerStatus: 'done',
      pages: 3,
    });
    expect(context.requests[0]?.url).toBe('https://api.example.com/faxes/a%2Fb');
  });

  it('try again after a lost answer, which does no harm', async () => {
    let asked = 0;
    const context = fakeContext(() =>
      ++asked === 1 ? new Error('reset') : { body: { state: 'odd' } },
    );
    const manifest = aManifest({ retry: { backoff: { initial_ms: 1 } } });
    expect(await askAboutJob(manifest, ask, 'unknown')('x', context)).toMatchObject({
      status: 'unknown',
      providerStatus: 'odd',
    });
  });

  it('is cancelled when the provider takes it', async () => {
    const cancel: Action = { method: 'POST', url: 'https://api.example.com/cancel' };
    const given = askAboutJob(aManifest({}), cancel, 'cancelled');
    expect(
      await given(
        'x',
        fakeContext(() => ({})),
      ),
    ).toEqual({ status: 'cancelled' });
    await expect(
      given(
        'x',
        fakeContext(() => ({ status: 409 })),
      ),
    ).rejects.toMatchObject({ status: 409 });
  });
});
