import { convertLegacy, legacyId } from './convert-legacy.ts';

const uiExample = {
  id: 'example',
  name: 'Example Provider',
  auth: { scheme: 'bearer' },
  allowed_domains: ['api.example.com'],
  timeout_ms: 15000,
  actions: {
    send_fax: {
      method: 'POST',
      url: 'https://api.example.com/fax/send',
      headers: { 'Content-Type': 'application/json' },
      body: {
        kind: 'json',
        template: '{"to":"{{to}}","from":"{{from}}","file_url":"{{file_url}}"}',
      },
      response: { job_id: 'data.id', status: 'data.status' },
    },
  },
};
const sends = (changes: Record<string, unknown>): Record<string, unknown> => ({
  ...uiExample,
  actions: { send_fax: { ...uiExample.actions.send_fax, ...changes } },
});
const pointers = (faults: readonly { pointer: string }[]): string[] =>
  faults.map(({ pointer }) => pointer);

describe('convertLegacy', () => {
  it('takes a manifest as it is, and says what it lacks', () => {
    const { manifest, report } = convertLegacy(uiExample);
    expect(report).toMatchObject({
      errors: [],
      dangers: [],
      needs_approval: false,
      runnable: true,
    });
    expect(pointers(report.warnings)).toEqual([
      '/actions/send_fax/response/status_map',
      '/version',
    ]);
    expect(manifest).toMatchObject({
      manifest_version: 1,
      legacy: true,
      id: 'example',
      version: '1.0.0',
      capabilities: ['send_fax'],
      auth: { scheme: 'bearer', token: 'creds.api_key', otherwise: 'creds.token' },
      credentials: [
        { name: 'api_key', required: false },
        { name: 'token', required: false },
      ],
    });
  });

  it('says exactly why one does not run', () => {
    const { manifest, report } = convertLegacy({
      ...uiExample,
      actions: {
        send_fax: {
          ...uiExample.actions.send_fax,
          body: { kind: 'binary' },
          response: { faxId: 'id' },
        },
        get_status: { method: 'GET', url: 'https://api.example.com/fax/{{fax_id}}/status' },
      },
    });
    expect(manifest).toBeUndefined();
    expect(report.runnable).toBe(false);
    expect(report.errors).toEqual([
      {
        pointer: '/actions/send_fax/response/faxId',
        message: 'response.faxId is unknown; did you mean "job_id"?',
      },
      {
        pointer: '/actions/get_status/url',
        message: expect.stringContaining('undefined variable "fax_id"') as unknown,
      },
    ]);
    expect(report.warnings).toContainEqual({
      pointer: '/actions/send_fax/body',
      message: expect.stringContaining('taken as the bytes of the file') as unknown,
    });
  });

  it('proposes the hosts of its URLs where it names none, and wants them confirmed', () => {
    const { allowed_domains, ...rest } = uiExample;
    for (const without of [rest, { ...rest, allowed_domains: [] }])
      expect(convertLegacy(without).report).toMatchObject({
        errors: [],
        needs_approval: true,
        runnable: false,
        proposed_domains: allowed_domains,
      });
    expect(convertLegacy(rest, { allowedDomains: allowed_domains }).report.runnable).toBe(true);
    expect(convertLegacy(rest, { allowedDomains: ['other.example.com'] }).report).toMatchObject({
      errors: [{ pointer: '/actions/send_fax/url' }],
      runnable: false,
    });
    expect(
      pointers(convertLegacy({ ...rest, allowed_domains: 'api.example.com' }).report.errors),
    ).toEqual(['/allowed_domains']);
  });

  it('makes ids of ours, and refuses what cannot be one', () => {
    expect(legacyId('AcmeFAX')).toBe('acmefax');
    expect(legacyId('Acme_Fax 2')).toBe('acme-fax-2');
    expect(convertLegacy({ ...uiExample, id: 'AcmeFAX' }).manifest?.id).toBe('acmefax');
    for (const id of ['../../evil', 'a/b', '', '.', 'a'.repeat(64), 'con'])
      expect(pointers(convertLegacy({ ...uiExample, id }).report.errors)).toEqual(['/id']);
  });

  it('refuses what Faxbot took without a word', () => {
    expect(
      pointers(convertLegacy({ ...uiExample, auth: { scheme: 'oauth2' } }).report.errors),
    ).toEqual(['/auth/scheme']);
    for (const timeout_ms of ['abc', -1, 1e9])
      expect(pointers(convertLegacy({ ...uiExample, timeout_ms }).report.errors)).toEqual([
        '/timeout_ms',
      ]);
    expect(pointers(convertLegacy(sends({ body: null })).report.errors)).toEqual([
      '/actions/send_fax/body',
    ]);
    expect(pointers(convertLegacy({ ...uiExample, actions: [] }).report.errors)).toEqual([
      '/actions',
    ]);
    expect(
      pointers(convertLegacy(sends({ url: 'http://api.example.com/fax' })).report.errors),
    ).toEqual(['/actions/send_fax/url']);
  });

  it('keeps what nothing reads, and says so', () => {
    expect(
      pointers(convertLegacy({ ...uiExample, version: '2.0.0', region: 'eu' }).report.warnings),
    ).toEqual(['/actions/send_fax/response/status_map', '/region']);
  });

  it('leaves out the content type that would break a multipart body', () => {
    const body = { kind: 'multipart', template: 'to={{to}}&file=x' };
    const { manifest, report } = convertLegacy(sends({ body }));
    expect(manifest?.actions?.['send_fax']?.headers).toBeUndefined();
    expect(pointers(report.warnings)).toContain('/actions/send_fax/headers/Content-Type');
  });

  it('makes credentials of settings that are secret, and warns of those in the request', () => {
    const body = {
      kind: 'json',
      template: '{"to":"{{to}}","key":"{{ settings.api_secret }}","n":{{settings.n}}}',
    };
    const { manifest, report } = convertLegacy(sends({ body }));
    expect(manifest).toMatchObject({
      credentials: [{ name: 'api_key' }, { name: 'api_secret' }, { name: 'token' }],
      config_schema: { properties: { n: {} } },
      actions: {
        send_fax: { body: { template: expect.stringContaining('{{ creds.api_secret }}') } },
      },
    });
    expect(pointers(report.dangers)).toEqual(['/actions/send_fax/body/template']);
  });
});
