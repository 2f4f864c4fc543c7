import { aManifest } from '../../test/a-manifest.ts';
import { configScope, senderOf } from './scope-of.ts';

describe('senderOf', () => {
  const scope = configScope(aManifest({}), { from: '+15550199' });

  it('is who was asked for, or else the setting', () => {
    expect(senderOf('+15550100', scope)).toBe('+15550100');
    for (const nobody of [undefined, '']) expect(senderOf(nobody, scope)).toBe('+15550199');
    expect(senderOf(undefined, configScope(aManifest({}), {}))).toBeUndefined();
  });

  it('takes the default of the setting', () => {
    const config_schema = { properties: { from: { type: 'string', default: '+15550001' } } };
    expect(senderOf('', configScope(aManifest({ config_schema }), {}))).toBe('+15550001');
  });
});
