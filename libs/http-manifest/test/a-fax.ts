import type { Action, HttpManifest } from '../src/http-manifest.ts';
import type { JobResult } from '../src/response/map-response.ts';
import { sendFax } from '../src/run/fax-functions.ts';
import { aManifest } from './a-manifest.ts';
import { fakeContext, type FakeContext, type Provider } from './fake-context.ts';

export const fax = {
  to: '+15550100',
  from: '+15550199',
  file: { file_id: 'f1', name: 'scan.pdf', mime_type: 'application/pdf', size_bytes: 9 },
  idempotencyKey: 'a-1',
  webhookUrl: 'https://platform.example.com/webhooks/c1',
};

export const send: Action = {
  method: 'POST',
  url: 'https://api.example.com/faxes',
  body: {
    kind: 'multipart',
    parts: [
      { name: 'to', value: '{{ to }}' },
      { name: 'callback', value: '{{ callback_url }}', omit_empty: true },
      { name: 'file', file: 'file' },
    ],
  },
  response: {
    job_id: 'data.id',
    status: 'data.state',
    status_map: { new: 'queued', bad: 'failed' },
    error: 'message',
  },
};

export function sent(
  provider: Provider,
  { action = send, ...of }: Partial<HttpManifest> & { action?: Action } = {},
): { context: FakeContext; result: Promise<JobResult> } {
  const manifest = aManifest(of);
  const context = fakeContext(provider, { config: { region: 'eu', api_key: 'cred_0f' } });
  return { context, result: sendFax(manifest, action)(fax, context) };
}

export const created = { body: { data: { id: 7, state: 'new' } } };
