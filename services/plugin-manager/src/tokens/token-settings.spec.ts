import { ConfigError, readEnvironment } from '@made-open/nest';
import { readTokenSettings } from './token-settings.ts';

const read = (values: NodeJS.ProcessEnv) => readEnvironment(values, readTokenSettings);

describe('the settings of access tokens', () => {
  it('are absent without an issuer', () => {
    expect(read({})).toBeUndefined();
  });

  it('are issuer, audience and the claim of the scopes', () => {
    const values = { OIDC_ISSUER: 'https://login.example.com/', OIDC_AUDIENCE: 'made-open' };
    const settings = { issuer: 'https://login.example.com/', audience: 'made-open' };
    expect(read(values)).toEqual({ ...settings, scopeClaim: 'scope' });
    expect(read({ ...values, OIDC_SCOPE_CLAIM: 'roles' })?.scopeClaim).toBe('roles');
  });

  it.each([
    [{ OIDC_ISSUER: 'https://login.example.com' }, /OIDC_AUDIENCE is missing/u],
    [{ OIDC_AUDIENCE: 'made-open' }, /OIDC_ISSUER is not/u],
    [{ OIDC_ISSUER: 'http://login.example.com', OIDC_AUDIENCE: 'a' }, /must be the https/u],
    [{ OIDC_ISSUER: 'https://x.example/?a=b', OIDC_AUDIENCE: 'a' }, /must be the https/u],
    [{ OIDC_ISSUER: 'login', OIDC_AUDIENCE: 'a' }, /must be the https/u],
  ])('are refused as %j', (values, fault) => {
    expect(() => read(values)).toThrow(ConfigError);
    expect(() => read(values)).toThrow(fault);
  });
});
