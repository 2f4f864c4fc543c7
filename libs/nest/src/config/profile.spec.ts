import { readEnvironment } from './environment.ts';
import { readProfile, withoutProviderText } from './profile.ts';

describe('readProfile', () => {
  const read = (values: NodeJS.ProcessEnv) => readEnvironment(values, readProfile);

  it('knows two, and takes the usual one where nobody says', () => {
    expect(read({})).toBe('standard');
    expect(read({ PLATFORM_PROFILE: 'standard' })).toBe('standard');
    expect(read({ PLATFORM_PROFILE: 'hipaa' })).toBe('hipaa');
  });

  it('does not start with one that it does not know', () => {
    expect(() => read({ PLATFORM_PROFILE: 'HIPPA' })).toThrow(/PLATFORM_PROFILE.*HIPPA/u);
  });
});

describe('withoutProviderText', () => {
  it('keeps nothing but the status of HTTP', () => {
    const text = withoutProviderText('HTTP 401: no such patient +1 555 0100');
    expect(text).toMatch(/^HTTP 401; /u);
    expect(text).not.toMatch(/patient|0100/u);
    expect(withoutProviderText('token abc')).not.toContain('abc');
    expect(withoutProviderText('')).toBe('');
  });
});
