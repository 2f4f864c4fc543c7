import { aFaxManifest } from '../samples/fax-manifest.ts';
import { faultsOf } from './read-http-manifest.ts';

const send = (changes: Record<string, unknown>): Record<string, unknown> => ({
  capabilities: ['send_fax'],
  actions: {
    send_fax: { method: 'POST', url: 'https://api.acme-fax.example/v1/faxes', ...changes },
  },
});

describe('secrets in a manifest', () => {
  it('refuses secrets at every place of a request (case 12)', () => {
    const host = 'https://api.acme-fax.example/x';
    const placed: [Record<string, unknown>, string][] = [
      [
        { body: { kind: 'json', json: { a: [{ api_key: 'abcdef12345' }] } } },
        'body/json/a/0/api_key',
      ],
      [{ body: { kind: 'json', template: '{"api_key": "abcdef12345"}' } }, 'body/template'],
      [{ body: { kind: 'form', template: 'to={{to}}&api_key=abc' } }, 'body/template'],
      [
        { body: { kind: 'multipart', parts: [{ name: 'token', value: 'abc' }] } },
        'body/parts/0/value',
      ],
      [
        { body: { kind: 'multipart', parts: [{ name: 'data', value: { tokens: ['abc'] } }] } },
        'body/parts/0/value/tokens/0',
      ],
      [{ url: `${host}?a=1&api_key=abc` }, 'url'],
    ];
    for (const [change, place] of placed)
      expect(faultsOf(aFaxManifest(send(change))).faults).toMatchObject([
        { pointer: `/actions/send_fax/${place}`, code: 'secret_in_manifest' },
      ]);
    for (const change of [
      { url: `${host}?api_key={{ to }}&v=1` },
      {
        body: { kind: 'json', json: { token: '{{ attempt_id }}', max_tokens: 5, token_type: 'a' } },
      },
    ])
      expect(faultsOf(aFaxManifest(send(change))).faults).toEqual([]);
  });
});
