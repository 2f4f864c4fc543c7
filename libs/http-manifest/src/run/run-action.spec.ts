import { sent } from '../../test/a-fax.ts';
import type { Provider } from '../../test/fake-context.ts';
import type { Action } from '../http-manifest.ts';

describe('steps (case 60)', () => {
  const steps: NonNullable<Action['steps']> = [
    {
      id: 'upload',
      reuse: true,
      request: {
        method: 'POST',
        url: 'https://api.example.com/files',
        body: { kind: 'binary', file: 'file' },
      },
      response: { outputs: { path: '$.path' } },
    },
    {
      id: 'note',
      when: { path: 'from', exists: false },
      request: { method: 'POST', url: 'https://api.example.com/never' },
    },
    {
      id: 'send',
      request: {
        method: 'POST',
        url: 'https://api.example.com/outbox',
        body: { kind: 'json', json: { to: ['{{ to }}'], files: ['{{ steps.upload.path }}'] } },
      },
    },
  ];
  const action: Action = { steps, response: { job_id: '$.ids.*', default_status: 'queued' } };

  it('follow each other, and the last one gives the job', async () => {
    const { context, result } = sent(
      ({ url }) => ({ body: url.endsWith('files') ? { path: '/u/1' } : { ids: { x: 'j1' } } }),
      { action },
    );
    expect(await result).toEqual({ jobId: 'j1', status: 'queued' });
    expect(context.requests.map(({ url, body, bodyFile }) => [url, body ?? bodyFile])).toEqual([
      ['https://api.example.com/files', 'f1'],
      ['https://api.example.com/outbox', '{"to":["+15550100"],"files":["/u/1"]}'],
    ]);
  });

  const answering =
    (upload: number, job: number): Provider =>
    ({ url }) => {
      if (!url.endsWith('files')) return { status: job, body: {} };
      return { status: upload, body: { path: '/u/1' } };
    };

  it.each([400, 401, 404, 429])(
    'have failed when the provider refuses the last one with %i',
    async (status) => {
      expect(await sent(answering(200, status), { action }).result).toEqual({
        status: 'failed',
        error: `the provider refused: step "send": HTTP ${String(status)}`,
        errorCode: `http.${String(status)}`,
      });
    },
  );

  it('have failed where the job was not begun, and are unknown where it may be', async () => {
    expect(await sent(answering(500, 200), { action }).result).toMatchObject({
      status: 'failed',
      errorCode: 'http.500',
    });
    await expect(sent(answering(200, 500), { action }).result).rejects.toMatchObject({
      status: 500,
      message: 'step "send": HTTP 500',
    });
  });

  it('are left to the platform where nothing was done yet, or a repetition does no harm', async () => {
    await expect(sent(answering(429, 200), { action }).result).rejects.toMatchObject({
      status: 429,
    });
    await expect(sent(answering(400, 200), { action }).result).rejects.toMatchObject({
      status: 400,
    });
    const idempotency = { header: 'Idempotency-Key', value: '{{ attempt_id }}' };
    const keyed = { ...action, idempotency };
    await expect(sent(answering(200, 429), { action: keyed }).result).rejects.toMatchObject({
      status: 429,
    });
    expect(await sent(answering(200, 400), { action: keyed }).result).toMatchObject({
      status: 'failed',
    });
  });

  it('use an upload again when the step behind it is tried again', async () => {
    let asked = 0;
    const provider: Provider = ({ url }) => {
      if (url.endsWith('files')) return { body: { path: '/u/1' } };
      return ++asked === 1 ? { status: 429 } : { body: { ids: ['j1'] } };
    };
    const retry = { max_attempts: 2, backoff: { initial_ms: 1 } } as const;
    const { context, result } = sent(provider, { action, retry });
    expect(await result).toMatchObject({ jobId: 'j1' });
    expect(context.requests.map(({ url }) => url.split('/').at(-1))).toEqual([
      'files',
      'outbox',
      'outbox',
    ]);
  });
});
