import { aStoredVersion } from '../../test/contracts/plugged.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { Profile } from './profile.ts';

const standard = new Profile('standard');
const hipaa = new Profile('hipaa');
const version = (changes: Record<string, unknown>) =>
  aStoredVersion({ manifestText: aManifest(changes) });

describe('Profile', () => {
  it.each([
    ['a host without TLS', { permissions: ['network:outbound:http://api.example.com'] }, /TLS/u],
    [
      'a webhook that nobody signs',
      { permissions: ['network:inbound'], webhooks: [{ name: 'status', verify: 'none' }] },
      /webhook "status"/u,
    ],
  ])('hipaa does not take a version with %s', (_, changes, reason) => {
    expect(() => hipaa.check(version(changes))).toThrow(reason);
    expect(() => standard.check(version(changes))).not.toThrow();
  });

  it('hipaa takes a version with https and signed webhooks', () => {
    const webhooks = [{ verify: 'github', secret: 'apiKey' }];
    const permissions = ['network:inbound', 'network:outbound:api.example.com'];
    expect(() => hipaa.check(version({ permissions, webhooks }))).not.toThrow();
  });

  it('keeps what the platform itself says of an error', () => {
    const own = { code: 'wallet.not_found', message: 'the wallet has no config of it' };
    const other = { code: 'plugin.error', message: 'HTTP 401: key of Ann is wrong' };
    expect(hipaa.keptError(own)).toEqual(own);
    expect(hipaa.keptError(other).message).toMatch(
      /^HTTP 401; what the provider said is not kept/u,
    );
    expect(standard.keptError(other)).toEqual(other);
  });

  it('says what it means', () => {
    const { effects } = hipaa.view();
    expect(effects.every((effect) => effect.in_effect)).toBe(true);
    const usual = standard.view().effects.filter((effect) => effect.in_effect);
    expect(usual.map(({ code }) => code)).toEqual(['audited']);
  });
});
