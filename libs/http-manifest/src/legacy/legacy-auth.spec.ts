import { validateConfig } from '@made-open/manifest';
import { applyAuth } from '../auth/apply-auth.ts';
import { credentialLookup } from '../auth/credential-lookup.ts';
import { readHttpManifest } from '../check/read-http-manifest.ts';
import { compilePluginManifest } from '../compile/compile-plugin-manifest.ts';
import { HttpManifestError } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { missingCredentials } from '../run/require-credentials.ts';
import { aFaxManifest } from '../samples/fax-manifest.ts';
import { convertLegacy } from './convert-legacy.ts';

const legacy = (scheme: string): HttpManifest => {
  const { manifest, report } = convertLegacy({
    id: 'example',
    auth: { scheme },
    allowed_domains: ['api.example.com'],
    actions: { send_fax: { method: 'POST', url: 'https://api.example.com/fax' } },
  });
  if (manifest === undefined) throw new Error(JSON.stringify(report.errors));
  return manifest;
};
const crypto = {
  base64: (text: string) => text,
  bytes: () => new Uint8Array(),
  sha256Hex: () => '',
  hmac: () => '',
};
const sent = (scheme: string, config: Record<string, string>): string | undefined => {
  const request = { method: 'POST', url: 'https://api.example.com/fax', headers: {} };
  const ports = { lookup: credentialLookup(config), crypto };
  const { headers }: { headers: Record<string, string> } = applyAuth(
    legacy(scheme).auth ?? { scheme: 'none' },
    ports,
    request,
  );
  return headers['Authorization'];
};

describe('authorisation of a manifest of Faxbot', () => {
  it('takes api_key for the password if it is there, even empty (case 40)', () => {
    const username = 'me';
    expect(sent('basic', { username, api_key: 'k', password: 'p' })).toBe('Basic me:k');
    expect(sent('basic', { username, api_key: '', password: 'p' })).toBe('Basic me:');
    expect(sent('basic', { username, password: 'p' })).toBe('Basic me:p');
  });

  it('takes token where api_key is missing or empty', () => {
    expect(sent('bearer', { api_key: 'k', token: 't' })).toBe('Bearer k');
    expect(sent('bearer', { api_key: '', token: 't' })).toBe('Bearer t');
    expect(sent('bearer', { token: 't' })).toBe('Bearer t');
    expect(() => sent('bearer', {})).toThrow('api_key or token');
  });

  it.each([
    ['bearer', {}, ['api_key or token']],
    ['bearer', { api_key: '' }, ['api_key or token']],
    ['bearer', { token: 't' }, []],
    ['basic', {}, ['username', 'api_key or password']],
    ['basic', { username: 'me', api_key: '' }, []],
    ['basic', { username: 'me', password: 'p' }, []],
  ])('is missing of %s with %j: %j', (scheme, config, missing) => {
    expect(missingCredentials(legacy(scheme), config)).toEqual(missing);
  });

  it('asks a connection for one of the two', () => {
    const basic = compilePluginManifest(legacy('basic'));
    expect(validateConfig(basic, { username: 'me' })).toEqual({ missing: ['api_key'], errors: [] });
    for (const config of [{ password: 'p' }, { api_key: '' }, { api_key: 'k' }])
      expect(validateConfig(basic, { username: 'me', ...config })).toEqual({
        missing: [],
        errors: [],
      });
    const bearer = compilePluginManifest(legacy('bearer'));
    expect(validateConfig(bearer, { token: 't' })).toEqual({ missing: [], errors: [] });
    expect(validateConfig(bearer, {}).missing).toEqual(['api_key']);
  });

  it('has no such choice in version 1', () => {
    const auth = { scheme: 'bearer', token: 'creds.api_key', otherwise: 'creds.api_key' };
    const read = (): unknown => readHttpManifest(JSON.stringify(aFaxManifest({ auth })));
    expect(read).toThrow(HttpManifestError);
    expect(read).toThrow('/auth/otherwise');
  });
});
