import { aManifest } from '../../test/a-manifest.ts';
import type { Action, Auth } from '../http-manifest.ts';
import { previewAction } from './preview-action.ts';

const action: Action = {
  method: 'POST',
  url: 'https://api.example.com/{account}/faxes',
  path_params: [{ name: 'account', source: 'creds.account' }],
  headers: { 'X-Region': '{{ settings.region }}' },
  body: {
    kind: 'json',
    json: { to: '{{ to }}', file: '{{ file | base64 }}', name: '{{ file.name }}' },
  },
  idempotency: { header: 'Idempotency-Key', value: '{{ attempt_id }}' },
};

const basic: Auth = { scheme: 'basic', username: 'creds.account', password: 'creds.key' };
const auths: readonly Auth[] = [
  basic,
  { scheme: 'bearer', token: 'creds.key' },
  { scheme: 'api_key_header', header_name: 'X-Key', value: 'creds.key', prefix: 'Key ' },
  { scheme: 'api_key_query', query_name: 'key', value: 'creds.key' },
  { scheme: 'api_key', in: 'cookie', name: 'key', value: 'creds.key' },
  { scheme: 'api_key', in: 'body', name: 'key', value: 'creds.key' },
  {
    scheme: 'oauth2_client_credentials',
    token_url: 'https://api.example.com/token',
    client_id: 'creds.account',
    client_secret: 'creds.key',
  },
  {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: 'creds.key',
    string_to_sign: ['method', 'raw_body'],
    encoding: 'hex',
    in: 'header',
    name: 'X-Signature',
  },
];

describe('previewAction (case 89)', () => {
  it('shows the request with secrets as dots', () => {
    const manifest = aManifest({ auth: basic, actions: { send_fax: action } });
    const given = {
      input: { to: '+15550100', file: { name: 'a.pdf' } },
      settings: { region: 'eu', account: 'literal' },
    };
    expect(previewAction(manifest, 'send_fax', given)).toEqual({
      requests: [
        {
          method: 'POST',
          url: 'https://api.example.com/•••/faxes',
          headers: {
            'X-Region': 'eu',
            'Idempotency-Key': 'job-1',
            'Content-Type': 'application/json',
            Authorization: 'Basic •••',
          },
          bodyPieces: ['{"to":"+15550100","file":"', { fileBase64: 'file-1' }, '","name":"a.pdf"}'],
        },
      ],
      problems: [],
    });
  });

  it.each(auths.map((auth) => [auth.scheme, auth] as const))(
    'shows where %s puts its proof',
    (_, auth) => {
      const manifest = aManifest({ auth, actions: { send_fax: action } });
      const { requests, problems } = previewAction(manifest, 'send_fax', {
        settings: { region: 'eu' },
      });
      expect(problems).toEqual([]);
      const { path_params: _params, ...plain } = action;
      const without = aManifest({
        actions: { send_fax: { ...plain, url: 'https://api.example.com/x/faxes' } },
      });
      const bare = JSON.stringify(
        previewAction(without, 'send_fax', { settings: { region: 'eu' } }).requests,
      );
      expect(
        JSON.stringify(requests).split('•••').length - bare.split('•••').length,
      ).toBeGreaterThan(1);
      expect(JSON.stringify(requests)).not.toContain('madeopen0');
    },
  );

  it('puts a key of the path where the template has it, whatever the input spells', () => {
    const auth: Auth = { scheme: 'api_key', in: 'path', name: 'token', value: 'creds.key' };
    const url = 'https://api.example.com/bot{token}/chats/{chat}';
    const path_params = [{ name: 'chat', source: 'to' }];
    const manifest = aManifest({
      auth,
      actions: { send_fax: { method: 'GET', url, path_params } },
    });
    for (const to of ['{token}', '%7btoken%7d', '%7Btoken%7D']) {
      const [request] = previewAction(manifest, 'send_fax', { input: { to } }).requests;
      const chat = encodeURIComponent(to);
      expect(request?.url).toBe(`https://api.example.com/bot•••/chats/${chat}`);
    }
  });

  it('names what is wrong, and no value of it', () => {
    const manifest = aManifest({ actions: { send_fax: action } });
    const { requests, problems } = previewAction(manifest, 'send_fax', {
      settings: { region: 'a\r\nb' },
    });
    expect(requests).toEqual([]);
    expect(problems).toMatchObject([{ code: 'http.invalid_header_value' }]);
    expect(previewAction(manifest, 'send_fax').problems).toMatchObject([
      { code: 'http_manifest.template' },
    ]);
    expect(previewAction(manifest, 'constructor').problems).toMatchObject([
      { code: 'http_manifest.no_action' },
    ]);
  });

  it('shows steps with what earlier ones give by name', () => {
    const steps: Action['steps'] = [
      {
        id: 'upload',
        request: {
          method: 'POST',
          url: 'https://api.example.com/files',
          body: { kind: 'binary', file: 'file' },
        },
        response: { outputs: { path: 'path' } },
      },
      {
        id: 'never',
        when: { path: 'settings.x', exists: true },
        request: { method: 'GET', url: 'https://api.example.com/x' },
      },
      {
        id: 'send',
        request: {
          method: 'POST',
          url: 'https://api.example.com/out',
          body: { kind: 'json', json: '{{ steps.upload.path }}' },
        },
      },
    ];
    const manifest = aManifest({ actions: { send_fax: { steps } } });
    expect(previewAction(manifest, 'send_fax').requests).toMatchObject([
      { step: 'upload', bodyFile: 'file-1' },
      { step: 'send', body: '"<upload.path>"' },
    ]);
  });
});
