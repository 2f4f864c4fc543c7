import { CliError } from '../errors.ts';
import { checkHttpManifestFile } from './http-manifest-file.ts';

const send = { method: 'POST', url: 'https://api.acme.example/v1/faxes' };
const current = {
  manifest_version: 1,
  id: 'acme',
  name: 'Acme',
  version: '1.0.0',
  categories: ['outbound'],
  capabilities: ['send_fax'],
  allowed_domains: ['api.acme.example'],
  actions: { send_fax: send },
};
const check = (manifest: unknown) =>
  checkHttpManifestFile({ path: 'manifest.json', text: JSON.stringify(manifest) });

describe('checkHttpManifestFile', () => {
  it('tells what a manifest asks for, and what to know of it', () => {
    const { permissions, warnings, isLegacy } = check(current);
    expect(isLegacy).toBe(false);
    expect(permissions).toContain('network:outbound:api.acme.example');
    expect(warnings).toEqual([expect.stringContaining('/actions neither get_status')]);
  });

  it('knows a manifest of Faxbot', () => {
    const { id, allowed_domains, actions } = current;
    expect(check({ id, allowed_domains, actions }).isLegacy).toBe(true);
  });

  it('tells every fault with its place', () => {
    const wrong = { ...current, id: '../x', timeout_ms: 'abc' };
    expect(() => check(wrong)).toThrow(CliError);
    expect(() => check(wrong)).toThrow(
      expect.objectContaining({
        details: [expect.stringMatching(/^\/id /u), expect.stringMatching(/^\/timeout_ms /u)],
      }),
    );
  });
});
