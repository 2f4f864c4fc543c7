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

  it('fail with the name of the step', async () => {
    const provider: Provider = ({ url }) =>
      url.endsWith('files') ? { body: { path: '/u/1' } } : { status: 400, body: {} };
    await expect(sent(provider, { action }).result).rejects.toMatchObject({
      status: 400,
      message: 'step "send": HTTP 400',
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
