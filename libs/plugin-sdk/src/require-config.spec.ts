import { requireConfig, type PluginContext } from './index.ts';

const context = (config: Record<string, unknown>): PluginContext =>
  ({ config }) as unknown as PluginContext;

describe('requireConfig', () => {
  it('gives a present field as text', () => {
    expect(requireConfig(context({ apiKey: 'k' }), 'apiKey')).toBe('k');
    expect(requireConfig(context({ port: 8443 }), 'port')).toBe('8443');
    expect(requireConfig(context({ verify: false }), 'verify')).toBe('false');
    expect(requireConfig(context({ scopes: ['a'] }), 'scopes')).toBe('["a"]');
  });

  it.each([{}, { apiKey: '' }, { apiKey: null }, { apiKey: undefined }])(
    'names a field that is missing in %j',
    (config) => {
      expect(() => requireConfig(context(config), 'apiKey')).toThrow(
        'the config field "apiKey" is missing; set it on the connection',
      );
    },
  );

  it('does not take what every object has for a field', () => {
    expect(() => requireConfig(context({}), 'toString')).toThrow('"toString" is missing');
  });
});
